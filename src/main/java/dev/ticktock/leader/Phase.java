package dev.ticktock.leader;

import java.io.IOException;

import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.message.Token;

/**
 * One phase of a candidacy: waiting for the baton, taking over, leading. Called by one
 * thread, except for {@link #role()}.
 */
sealed interface Phase permits Waiting, TakingOver, Leading {

	Role role();

	/**
	 * Takes a token that the broker has handed over.
	 * @return the phase that follows; this one if it goes on
	 */
	Phase received(long deliveryTag, Token token) throws IOException;

	/**
	 * Does what is due. Called after everything that has happened, and otherwise twice a
	 * second.
	 * @return the phase that follows; this one if it goes on
	 * @throws BrokerUnavailableException if this replica has to give up the baton
	 */
	Phase look() throws IOException, BrokerUnavailableException, InterruptedException;

	/** Ends the candidacy in an orderly way. */
	default void handOver() throws IOException, InterruptedException {
	}

	/** Makes sure that nothing more is published. */
	default void end() {
	}

}
