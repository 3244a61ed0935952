package dev.ticktock.ticker;

import java.time.Duration;

import dev.ticktock.time.Uptime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when a change of the schedules is taken. A checkpoint of all schedules goes with
 * each, so a worker that binds and unbinds all the time must not cause one at every
 * reading of the bindings: some changes are taken at once, and while they go on, one
 * after every pause takes all that have gathered. Each pause without a change makes room
 * for one more that is taken at once. Not safe for use by several threads.
 */
final class Gathering {

	private static final Logger logger = LoggerFactory.getLogger(Gathering.class);

	/** How many changes are taken at once after a quiet time. */
	static final int AT_ONCE = 10;

	static final Duration PAUSE = Duration.ofMinutes(1);

	private final Uptime uptime;

	/** When as many as that can be taken at once again. */
	private Duration rested;

	private boolean told;

	Gathering(Uptime uptime) {
		this.uptime = uptime;
		this.rested = uptime.now();
	}

	/**
	 * Takes a change, if it is time.
	 * @return {@code false} if it has to wait; ask again later
	 */
	boolean take() {
		Duration now = this.uptime.now();
		if (this.rested.compareTo(now) <= 0) {
			this.rested = now;
			this.told = false;
		}
		if (this.rested.minus(now).compareTo(PAUSE.multipliedBy(AT_ONCE - 1L)) > 0) {
			tell();
			return false;
		}
		this.rested = this.rested.plus(PAUSE);
		return true;
	}

	private void tell() {
		if (!this.told) {
			this.told = true;
			logger.warn("Workers change their schedules too often; until that ends, changes take effect once in {} s",
					PAUSE.toSeconds());
		}
	}

}
