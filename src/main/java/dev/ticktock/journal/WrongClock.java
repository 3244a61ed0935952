package dev.ticktock.journal;

import java.time.Duration;

import dev.ticktock.time.Uptime;

/**
 * Tells when the journal has to be read again, because the clock was wrong when it was
 * read. Called by one thread.
 */
final class WrongClock {

	/** The shortest time between two readings of what was passed over. */
	private static final Duration REREAD = Duration.ofMinutes(1);

	private final Ledger ledger;

	private final Uptime uptime;

	/** When the journal was last read again. */
	private Duration reread = Duration.ZERO;

	WrongClock(Ledger ledger, Uptime uptime) {
		this.ledger = ledger;
		this.uptime = uptime;
	}

	/**
	 * Says whether to read again. What was passed over may count after a while, when the
	 * clock of another replica is ahead: that alone is looked at now and then.
	 */
	boolean hasMisled() {
		if (this.ledger.isAhead() || (this.ledger.hasPassedOver() && this.uptime.isOver(REREAD, this.reread))) {
			this.reread = this.uptime.now();
			return true;
		}
		return false;
	}

}
