package dev.ticktock.leader;

import java.time.Duration;

import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people that the broker is away: at each attempt of the first minute, and then
 * once a minute, with how long it has been away. Called by one thread.
 */
final class Outage {

	private static final Logger logger = LoggerFactory.getLogger(Outage.class);

	private static final Duration A_MINUTE = Duration.ofMinutes(1);

	private final Uptime uptime;

	/** When it began; {@code null} while there is none. */
	private @Nullable Duration since;

	private Duration told = Duration.ZERO;

	Outage(Uptime uptime) {
		this.uptime = uptime;
	}

	/**
	 * An attempt has failed, or the connection is lost.
	 * @param reason why, as a sentence
	 * @param retrying when the next attempt is
	 */
	void failed(String reason, String retrying) {
		Duration now = this.uptime.now();
		Duration began = (this.since != null) ? this.since : now;
		this.since = began;
		Duration lasted = now.minus(began);
		if (lasted.compareTo(A_MINUTE) < 0) {
			this.told = now;
			logger.warn("{}; retrying {}", reason, retrying);
		}
		else if (now.minus(this.told).compareTo(A_MINUTE) >= 0) {
			this.told = now;
			logger.warn("{}; for {} min now, retrying all the time", reason, lasted.toMinutes());
		}
		else {
			logger.debug("{}; retrying {}", reason, retrying);
		}
	}

	/** The broker has let this replica in, or has refused to. */
	void over() {
		this.since = null;
	}

}
