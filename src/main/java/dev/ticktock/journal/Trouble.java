package dev.ticktock.journal;

import dev.ticktock.broker.BrokerAwayException;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What keeps the journal from being read. It is logged at every attempt, except for what
 * the replica logs at every attempt, and for a refusal, which lasts until a person has
 * acted. Safe for use by several threads.
 */
final class Trouble {

	private static final Logger logger = LoggerFactory.getLogger(Trouble.class);

	private volatile @Nullable BrokerRefusedException refusal;

	/** The broker does not answer, or not as it should. */
	void unavailable(BrokerUnavailableException latest, String retrying) {
		this.refusal = null;
		if (latest instanceof BrokerAwayException) {
			logger.debug("Cannot read the journal: {}", latest.getMessage());
		}
		else {
			warn(latest, retrying);
		}
	}

	/** The broker refuses. */
	void refused(BrokerRefusedException latest, String retrying) {
		BrokerRefusedException before = this.refusal;
		this.refusal = latest;
		if (before == null || !latest.getMessage().equals(before.getMessage())) {
			warn(latest, retrying);
		}
	}

	private static void warn(Exception latest, String retrying) {
		logger.warn("Cannot read the journal: {}; retrying {}", latest.getMessage(), retrying);
	}

	/** The journal is read. */
	void over() {
		this.refusal = null;
	}

	/**
	 * Does nothing unless the broker refused, the last time.
	 * @throws BrokerRefusedException if it did
	 */
	void throwRefusal() throws BrokerRefusedException {
		BrokerRefusedException last = this.refusal;
		if (last != null) {
			throw last;
		}
	}

}
