package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.journal.Journal;
import dev.ticktock.journal.JournalState;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Token;
import dev.ticktock.schedule.Progress;
import dev.ticktock.time.Heart;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;

/**
 * The part of one replica on one connection: reads the journal, joins the replicas that
 * wait for the baton, takes over when it is granted, leads, and ends when the connection,
 * the baton or the application does. Everything that happens arrives in one mailbox and
 * is dealt with on one thread.
 */
final class Candidacy {

	/** How often the limits are checked. */
	private static final Duration WATCH = Duration.ofMillis(500);

	/**
	 * How often a candidate puts a token in while it waits. The queue has one unless it
	 * was purged or a token was put back too often; then this is what mends it.
	 */
	static final Duration OFFER = Duration.ofMinutes(1);

	private final BlockingQueue<Step> mailbox = new LinkedBlockingQueue<>();

	private final Terms terms;

	private final ConfirmChannel channel;

	private final Baton baton;

	private final TickMessage message;

	private final @Nullable Journal journal;

	private final Duration limit;

	private final Uptime uptime;

	private final Heart heart;

	private boolean joined;

	private boolean stopping;

	private Duration offered;

	/** When the journal was last known to be read. */
	private Duration reading;

	private @Nullable TakingOver takingOver;

	private volatile @Nullable Leading leading;

	/**
	 * Creates a candidacy on an open connection.
	 * @param channel the channel that holds the baton and publishes
	 * @param message the encoding of its ticks
	 * @param journal where what was published is read; {@code null} if there is none
	 * @param limit how long the journal may not be read
	 * @param heart the heart of the thread that takes part
	 */
	Candidacy(Terms terms, ConfirmChannel channel, Baton baton, TickMessage message, @Nullable Journal journal,
			Duration limit, Uptime uptime, Heart heart) {
		this.terms = terms;
		this.channel = channel;
		this.baton = baton;
		this.message = message;
		this.journal = journal;
		this.limit = limit;
		this.uptime = uptime;
		this.heart = heart;
		this.offered = uptime.now();
		this.reading = this.offered;
	}

	/** The application stops; called by another thread. */
	void stop() {
		this.mailbox.add(() -> this.stopping = true);
	}

	/** The journal has something new; called by another thread. */
	void journalRead() {
		this.mailbox.add(() -> {
		});
	}

	boolean accepting() {
		return this.channel.accepting();
	}

	/** Returns the last uptime at which the broker held up those who publish. */
	Duration heldUpUntil() {
		return this.channel.heldUpUntil();
	}

	/**
	 * Returns the watch over the term, {@code null} without one; called by any thread.
	 */
	@Nullable Leading leading() {
		return this.leading;
	}

	/**
	 * Takes part until the end.
	 * @param tag the name of the consumer
	 * @param moved called when this replica stands by, takes over or leads
	 * @throws BrokerUnavailableException unless the application stops
	 * @throws BrokerRefusedException if the broker closed the channel because this
	 * replica may not publish, or not by the name that it gave, or may not read the
	 * journal
	 */
	void run(String tag, Consumer<Role> moved)
			throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		this.channel.raw().addShutdownListener((signal) -> end(BrokerConnection.reason(signal), signal));
		try {
			Role told = Role.DISCONNECTED;
			while (!this.stopping) {
				if (!this.joined && isReady()) {
					join(tag);
				}
				if (this.joined && told != role()) {
					told = role();
					moved.accept(told);
				}
				this.heart.beat(WATCH);
				Step next = this.mailbox.poll(WATCH.toMillis(), TimeUnit.MILLISECONDS);
				if (next != null) {
					next.run();
				}
				if (!this.stopping) {
					check();
				}
			}
			Leading led = this.leading;
			if (led != null) {
				led.handOver();
			}
		}
		catch (IOException | ShutdownSignalException ex) {
			throw ended(BrokerConnection.reason(ex), this.channel.raw().getCloseReason());
		}
		finally {
			this.heart.rest();
			leave();
		}
	}

	private void end(String reason, @Nullable ShutdownSignalException signal) {
		this.mailbox.add(() -> {
			throw ended(reason, signal);
		});
	}

	/** Another replica may have read the journal, and should be granted the baton. */
	private boolean isReady() throws BrokerRefusedException {
		if (this.journal != null) {
			this.journal.throwRefusal();
		}
		return this.journal == null || (this.journal.state() == JournalState.ATTACHED
				&& !this.journal.ledger().isAhead() && !this.journal.isBindingDue());
	}

	void join(String tag) throws IOException {
		this.joined = true;
		this.offered = this.uptime.now();
		this.reading = this.offered;
		this.baton.join(tag, new Mailer());
	}

	private Role role() {
		return (this.leading != null) ? Role.LEADER : (this.takingOver != null) ? Role.TAKING_OVER : Role.STANDBY;
	}

	/** Takes a token; with the first, this replica begins to take over. */
	void received(long deliveryTag, Token token) throws IOException {
		this.baton.take(deliveryTag, token);
		if (this.takingOver == null) {
			TakingOver begun = this.terms.takeOver(this.channel, this.baton, this.journal);
			this.takingOver = begun;
			begun.begin();
		}
	}

	/**
	 * Does what is due. Called after everything that has happened, and otherwise twice a
	 * second.
	 * @throws BrokerUnavailableException if this replica has to give up the baton
	 */
	void check() throws IOException, BrokerUnavailableException, BrokerRefusedException {
		Leading leads = this.leading;
		TakingOver takes = this.takingOver;
		if (!this.channel.isOpen()) {
			// Not every end is reported; without memory, for one, none is.
			throw ended("the channel can no longer be used", this.channel.raw().getCloseReason());
		}
		if (leads != null) {
			leads.check();
		}
		else if (takes != null) {
			Progress known = takes.check();
			if (known != null) {
				this.leading = this.terms.begin(this.channel, this.baton, this.message, this.journal, known, takes);
			}
		}
		else if (this.joined) {
			standBy();
		}
	}

	/**
	 * A replica that cannot read the journal would hold up what another can do at once.
	 */
	private void standBy() throws IOException, BrokerUnavailableException {
		if (this.journal == null || this.journal.state() == JournalState.ATTACHED) {
			this.reading = this.uptime.now();
		}
		else if (this.uptime.isOver(this.limit, this.reading)) {
			throw new BrokerUnavailableException("stopped standing by, the journal was not read within " + this.limit,
					null);
		}
		if (this.channel.accepting() && this.uptime.isOver(OFFER, this.offered)) {
			this.offered = this.uptime.now();
			this.baton.offer();
		}
	}

	private BrokerUnavailableException ended(String reason, @Nullable ShutdownSignalException signal)
			throws BrokerRefusedException {
		return this.terms.closed(reason, signal, this.leading != null, this.journal);
	}

	private void leave() {
		Leading led = this.leading;
		TakingOver took = this.takingOver;
		if (led != null) {
			led.end();
			this.terms.ended(led.term());
		}
		if (took != null) {
			took.end();
		}
	}

	/**
	 * Puts what the broker delivers into the mailbox.
	 */
	private final class Mailer implements Baton.Listener {

		@Override
		public void received(long deliveryTag, Token token) {
			Candidacy.this.mailbox.add(() -> Candidacy.this.received(deliveryTag, token));
		}

		@Override
		public void cancelled() {
			end("the broker cancelled the consumer of " + Candidacy.this.baton.queue(), null);
		}

	}

	/**
	 * An entry of the mailbox.
	 */
	private interface Step {

		void run() throws IOException, BrokerUnavailableException, BrokerRefusedException;

	}

}
