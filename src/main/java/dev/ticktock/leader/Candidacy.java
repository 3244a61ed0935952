package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.broker.ConfirmChannel.Confirm;
import dev.ticktock.broker.Dialect;
import dev.ticktock.journal.Journal;
import dev.ticktock.journal.JournalState;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.Token;
import dev.ticktock.message.Trust;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;

/**
 * The part of one replica on one connection: reads the journal, joins the replicas that
 * wait for the baton, takes over when it is granted, leads, and ends when the connection,
 * the baton or the application does. Everything that happens arrives in one mailbox and
 * is dealt with on one thread.
 *
 * <p>
 * A replica that has been granted the baton finds out what was published before: it reads
 * the journal up to a marker of its own, or, where there is none, waits for its own first
 * token, which comes after the last one of the leader before.
 */
final class Candidacy {

	private static final Duration WATCH = Duration.ofMillis(500);

	/**
	 * How often a candidate puts a token in while it waits. The queue has one unless it
	 * was purged or a token was put back too often; then this is what mends it.
	 */
	static final Duration OFFER = Duration.ofMinutes(1);

	/** How long the marker may be under way before it is sent again. */
	private static final Duration RESEND = Duration.ofSeconds(5);

	private final BlockingQueue<Step> mailbox = new LinkedBlockingQueue<>();

	/** The id of the term that may follow, which is that of its marker too. */
	private final String term = UUID.randomUUID().toString();

	private final Terms terms;

	private final ConfirmChannel channel;

	private final Baton baton;

	private final Dialect dialect;

	private final @Nullable Journal journal;

	private final Trust trust;

	private final Duration limit;

	private final Uptime uptime;

	private boolean joined;

	private boolean stopping;

	private Duration offered = Duration.ZERO;

	/** When the journal was last known to be read. */
	private Duration reading = Duration.ZERO;

	private @Nullable Duration granted;

	private Duration marked = Duration.ZERO;

	private long recordsRead;

	private volatile @Nullable Leading leading;

	Candidacy(Terms terms, ConfirmChannel channel, Baton baton, Dialect dialect, @Nullable Journal journal, Trust trust,
			Duration limit, Uptime uptime) {
		this.terms = terms;
		this.channel = channel;
		this.baton = baton;
		this.dialect = dialect;
		this.journal = journal;
		this.trust = trust;
		this.limit = limit;
		this.uptime = uptime;
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

	ConfirmChannel channel() {
		return this.channel;
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
					this.terms.rehearse(this.journal);
					join(tag);
				}
				if (this.joined && told != role()) {
					told = role();
					moved.accept(told);
				}
				Step next = this.mailbox.poll(WATCH.toMillis(), TimeUnit.MILLISECONDS);
				if (next != null) {
					next.run();
				}
				if (!this.stopping) {
					check();
				}
			}
			if (this.leading != null) {
				this.leading.handOver();
			}
		}
		catch (IOException | ShutdownSignalException ex) {
			throw ended(BrokerConnection.reason(ex), this.channel.raw().getCloseReason());
		}
		finally {
			leave();
		}
	}

	private void end(String reason, @Nullable ShutdownSignalException signal) {
		this.mailbox.add(() -> {
			throw ended(reason, signal);
		});
	}

	private BrokerUnavailableException ended(String reason, @Nullable ShutdownSignalException signal)
			throws BrokerRefusedException {
		return this.terms.closed(reason, signal, this.journal);
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
		this.baton.join(tag, (deliveryTag, token) -> this.mailbox.add(() -> received(deliveryTag, token)),
				() -> end("the broker cancelled the consumer of " + this.baton.queue(), null));
	}

	private Role role() {
		return (this.leading != null) ? Role.LEADER : (this.granted != null) ? Role.TAKING_OVER : Role.STANDBY;
	}

	/**
	 * Takes a token; with the first, this replica begins to take over. It begins with a
	 * token of its own, so that a row of fast takeovers never wears one out.
	 */
	void received(long deliveryTag, Token token) throws IOException {
		this.baton.take(deliveryTag, token);
		if (this.granted == null) {
			this.granted = this.uptime.now();
			this.reading = this.granted;
			this.baton.renew();
			if (this.journal != null) {
				mark(this.journal);
			}
		}
	}

	private void mark(Journal read) throws IOException {
		this.marked = this.uptime.now();
		ControlMessage message = ControlMessage.marker(this.term, this.term, this.trust);
		this.channel.publish("", read.queue(), false, message.properties(), message.body(), Confirm.UNHEARD);
	}

	/**
	 * Does what is due. Called after everything that has happened, and otherwise twice a
	 * second.
	 * @throws BrokerUnavailableException if this replica has to give up the baton
	 */
	void check() throws IOException, BrokerUnavailableException, BrokerRefusedException {
		if (!this.channel.isOpen()) {
			// Not every end is reported; without memory, for one, none is.
			throw ended("the channel can no longer be used", this.channel.raw().getCloseReason());
		}
		if (this.leading != null) {
			this.leading.check();
		}
		else if (this.granted != null) {
			this.baton.keep();
			if ((this.journal != null) ? isMarkerRead(this.journal) : this.baton.isRenewed()) {
				this.leading = this.terms.begin(this.term, this.granted, this.channel, this.baton, this.dialect,
						this.journal);
			}
		}
		else if (this.joined) {
			standBy();
		}
	}

	/** Whether everything is known that was published before. */
	private boolean isMarkerRead(Journal read) throws IOException, BrokerUnavailableException {
		if (read.ledger().hasRead(this.term)) {
			Leading.giveWay(read, this.term);
			if (read.ledger().isAhead()) {
				throw new BrokerUnavailableException(
						"gave up the lead, the clock was wrong and the journal is read again", null);
			}
			return true;
		}
		long records = read.ledger().records();
		if (records != this.recordsRead || !this.channel.accepting()) {
			this.recordsRead = records;
			this.reading = this.uptime.now();
		}
		if (this.uptime.isOver(this.limit, this.reading)) {
			throw new BrokerUnavailableException("Gave up leadership: the journal was not read within " + this.limit,
					null);
		}
		if (this.channel.acceptingSince(this.marked).compareTo(RESEND) > 0) {
			mark(read);
		}
		return false;
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

	private void leave() {
		if (this.leading != null) {
			this.leading.term().end();
			this.terms.ended(this.leading.term());
		}
	}

	private interface Step {

		void run() throws IOException, BrokerUnavailableException, BrokerRefusedException;

	}

}
