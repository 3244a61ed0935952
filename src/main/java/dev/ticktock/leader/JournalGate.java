package dev.ticktock.leader;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.Topology;
import dev.ticktock.journal.Journal;
import dev.ticktock.journal.JournalListener;
import dev.ticktock.journal.JournalState;
import dev.ticktock.time.Heart;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a replica that has not read the journal from asking for the baton: another may
 * have read it. Called by one thread, except for {@link #advanced()}.
 */
final class JournalGate {

	private static final Logger logger = LoggerFactory.getLogger(JournalGate.class);

	/** How often the connection is looked at. */
	private static final Duration WATCH = Duration.ofMillis(100);

	private final Semaphore advanced = new Semaphore(0);

	private final Journal journal;

	private final Heart heart;

	private boolean warnedOfNoJournal;

	JournalGate(Journal journal, Heart heart) {
		this.journal = journal;
		this.heart = heart;
	}

	/** Says that the journal, or the application, has come further. */
	void advanced() {
		this.advanced.release();
	}

	/**
	 * Makes sure that the exchange exists, and begins to read the journal unless that has
	 * begun already. If reading has begun, the stream is not declared here, because a
	 * cluster with a silent node can hang on that; the reader declares it if it is
	 * missing.
	 * @return the journal; {@code null} if there is none
	 */
	@Nullable Journal open(BrokerConnection connection, BrokerConnector connector, Topology topology, JournalListener listener)
			throws BrokerUnavailableException, BrokerRefusedException {
		boolean known = this.journal.isStarted() && connector.hasExchange(connection, topology.out());
		connector.declareExchange(connection, topology.exchange());
		if (this.journal.isEnabled() && (known || this.journal.declare(connection))) {
			this.journal.start(listener);
			return this.journal;
		}
		if (!this.warnedOfNoJournal) {
			this.warnedOfNoJournal = true;
			logger.warn("Running without a journal because {}; a new leader starts at the next slot",
					this.journal.isEnabled() ? connection.describe() + " does not support streams"
							: "ticktock.journal.enabled is false");
		}
		return null;
	}

	/**
	 * Waits until the journal has been read, or the application stops.
	 * @throws BrokerUnavailableException if the connection is lost before
	 * @throws BrokerRefusedException if the broker refuses to let it be read
	 */
	void await(BrokerConnection connection, BooleanSupplier stopping)
			throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		while (!stopping.getAsBoolean() && (this.journal.state() != JournalState.ATTACHED
				|| this.journal.ledger().isAhead() || this.journal.isBindingDue())) {
			this.journal.throwRefusal();
			this.heart.beat(WATCH);
			this.advanced.tryAcquire(WATCH.toMillis(), TimeUnit.MILLISECONDS);
			if (!connection.raw().isOpen()) {
				throw new BrokerUnavailableException("Lost the connection to the broker while reading the journal",
						null);
			}
		}
		this.heart.rest();
	}

}
