package dev.ticktock.leader;

import dev.ticktock.broker.BrokerRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people what the broker refuses: once, as long as it refuses the same. A broker
 * that lets a replica in may still refuse what it publishes, at every attempt. Called by
 * one thread.
 */
final class Refusals {

	private static final Logger logger = LoggerFactory.getLogger(Refusals.class);

	/** The last one, as it was told; empty if it is over. */
	private String last = "";

	/** Whether the broker had let this replica in before. */
	private boolean late;

	private boolean admitted;

	/**
	 * Takes in a refusal.
	 * @param told whether people hear of it in another way
	 */
	void refused(BrokerRefusedException refusal, boolean told) {
		if (!refusal.getMessage().equals(this.last) && !told) {
			logger.error("{} TickTock keeps retrying.", refusal.getMessage());
		}
		this.last = refusal.getMessage();
		this.late = this.admitted;
		this.admitted = false;
	}

	/** The broker has let this replica in. */
	void admitted() {
		this.admitted = true;
		if (!this.late) {
			over();
		}
	}

	/** This replica has published, or the broker did not answer. */
	void over() {
		this.last = "";
		this.late = false;
	}

	/** Says whether the broker, having let this replica in, is likely to refuse again. */
	boolean goOn() {
		return this.late;
	}

}
