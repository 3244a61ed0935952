package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;

import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.journal.Journal;
import dev.ticktock.message.TickMessage;
import dev.ticktock.publish.SecondChance;
import dev.ticktock.schedule.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * What the phases of one candidacy share: the connection, and what lives on it.
 *
 * @param channel the channel that holds the baton and publishes
 * @param journal where what was published is read; {@code null} if there is none
 * @param term the id of the term that may begin
 * @param memory the last tick that this replica knows to be published
 */
record Station(ReplicaContext context, BrokerConnection connection, ConfirmChannel channel, Baton baton,
		TickMessage message, String term, SecondChance secondChance, @Nullable Journal journal, Cursor memory) {

	/** Returns the exchange that ticks are published to. */
	String exchange() {
		return (this.journal != null) ? this.context.topology().out() : this.context.topology().exchange();
	}

	/**
	 * Renews the baton where it is time, and looks at the limits of those who hold it.
	 * @throws BrokerUnavailableException if the broker has been silent for too long
	 */
	void keepBaton() throws IOException, BrokerUnavailableException {
		Duration limit = this.context.properties().limit();
		if (this.baton.isDue()) {
			this.baton.renew();
		}
		if (this.baton.isOverdue(limit)) {
			throw new BrokerUnavailableException("Gave up leadership: the baton was not renewed within " + limit, null);
		}
	}

	/**
	 * Gives way to a leader whose marker comes after that of this term.
	 * @throws BrokerUnavailableException if there is one
	 */
	void giveWay() throws BrokerUnavailableException {
		if (this.journal != null && this.journal.ledger().isSucceeded(this.term)) {
			throw new BrokerUnavailableException("Gave up leadership: another replica has begun to lead", null);
		}
	}

}
