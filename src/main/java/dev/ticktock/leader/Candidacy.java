package dev.ticktock.leader;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.leader.Baton.Token;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one replica does on one connection: waits for the baton, learns what was
 * published, leads, and ends when the connection, the baton or the application does.
 * Everything that happens arrives in one mailbox and is dealt with on one thread.
 */
final class Candidacy {

	private static final Logger logger = LoggerFactory.getLogger(Candidacy.class);

	/** How often the limits are looked at. */
	private static final Duration WATCH = Duration.ofMillis(500);

	/**
	 * How often a candidate puts a token in while it waits. The queue has one unless it
	 * was purged or a token was put back too often; then this is what mends it.
	 */
	private static final Duration OFFER = Duration.ofMinutes(1);

	private static final Duration CHECKPOINT = Duration.ofMinutes(10);

	private static final Duration LAST_CONFIRMS = Duration.ofSeconds(5);

	private final BlockingQueue<Event> mailbox = new LinkedBlockingQueue<>();

	private final ReplicaContext context;

	private final BrokerConnection connection;

	private final SecondChance secondChance;

	private final ConfirmChannel channel;

	private final Baton baton;

	private final @Nullable Journal journal;

	private final TickMessage message;

	private final Cursor memory;

	private final Duration limit;

	private long granted;

	private Instant grantedAt = Instant.EPOCH;

	private @Nullable String marker;

	private boolean freshTokenBack;

	private long recordsRead;

	private long progress;

	private long offered = System.nanoTime();

	private long checkpointed;

	private @Nullable ChannelTerm term;

	/**
	 * Creates a candidacy on an open connection.
	 * @param journal where what was published is read; {@code null} if there is none
	 * @param memory the last tick that this replica knows to be published
	 */
	Candidacy(ReplicaContext context, BrokerConnection connection, @Nullable Journal journal, Cursor memory)
			throws IOException, BrokerUnavailableException {
		this.context = context;
		this.journal = journal;
		this.memory = memory;
		this.limit = context.properties().limit();
		this.message = new TickMessage(context.clock(), context.name(), connection.expiration());
		Channel raw = connection.channel();
		raw.addShutdownListener((signal) -> this.mailbox.add(new Ended(BrokerConnection.reason(signal), signal)));
		this.connection = connection;
		this.secondChance = new SecondChance(context.exchange(), this.message, context.clock());
		this.channel = ConfirmChannel.on(raw, (tick, accepted) -> {
			context.tickMeters().settled(tick, accepted);
			this.secondChance.settled(tick, accepted);
		});
		this.baton = new Baton(this.channel, context.leaderQueue(), context.run());
	}

	/** Says that the application stops; called by another thread. */
	void stop() {
		this.mailbox.add(new Stop());
	}

	/** Says that the journal has something new; called by another thread. */
	void journalRead() {
		this.mailbox.add(new JournalRead());
	}

	boolean accepting() {
		return this.channel.accepting();
	}

	/** Returns the last tick of this replica's term; {@code null} if it had none. */
	@Nullable Cursor cursor() {
		return (this.term != null) ? this.term.cursor() : null;
	}

	/**
	 * Takes part until the end.
	 * @param beginning told when this replica has been granted the baton, with
	 * {@code null}, and when it may publish, with its term
	 * @throws BrokerUnavailableException unless the application stops
	 * @throws BrokerRefusedException if the broker closed the channel because this
	 * replica may not publish
	 */
	void run(Consumer<@Nullable Term> beginning)
			throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		try {
			this.baton.join(this.context.connector().consumerTag(),
					(token) -> this.mailbox.add((token != null) ? new Received(token)
							: new Ended("the broker cancelled the consumer of " + this.context.leaderQueue(), null)));
			boolean goesOn = true;
			while (goesOn) {
				Event event = this.mailbox.poll(WATCH.toMillis(), TimeUnit.MILLISECONDS);
				goesOn = handle(event, beginning);
			}
			handOver();
		}
		catch (IOException | ShutdownSignalException ex) {
			throw ended(BrokerConnection.reason(ex), this.channel.raw().getCloseReason());
		}
		finally {
			if (this.term != null) {
				this.term.end(Duration.ZERO);
			}
		}
	}

	private boolean handle(@Nullable Event event, Consumer<@Nullable Term> beginning)
			throws IOException, BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		if (event instanceof Stop) {
			return false;
		}
		if (event instanceof Ended end) {
			throw ended(end.reason(), end.signal());
		}
		if (event instanceof Received received) {
			boolean first = !this.baton.isHeld();
			this.freshTokenBack |= this.baton.take(received.token());
			if (first) {
				granted(beginning);
			}
		}
		if (this.baton.isHeld()) {
			lead(beginning);
		}
		else if (elapsed(this.offered, OFFER)) {
			this.offered = System.nanoTime();
			this.baton.offer();
		}
		return true;
	}

	private void granted(Consumer<@Nullable Term> beginning) throws IOException {
		this.granted = System.nanoTime();
		this.grantedAt = this.context.clock().instant();
		this.progress = this.granted;
		this.checkpointed = this.granted;
		this.baton.renew();
		if (this.journal != null) {
			String id = UUID.randomUUID().toString();
			this.marker = id;
			this.context.ledger().expect(id);
			this.channel.publish("", this.journal.queue(), Journal.marker(id), new byte[0], null);
		}
		beginning.accept(null);
	}

	private void lead(Consumer<@Nullable Term> beginning)
			throws IOException, BrokerUnavailableException, InterruptedException {
		if (this.term == null && knowsWhatWasPublished()) {
			begin(beginning);
		}
		if (this.baton.isDue()) {
			this.baton.renew();
		}
		if (this.baton.isOverdue(this.limit)) {
			throw new BrokerUnavailableException("Gave up leadership: the baton was not renewed within " + this.limit,
					null);
		}
		if (this.channel.oldestUnconfirmed().compareTo(this.limit) > 0) {
			throw new BrokerUnavailableException(
					"Gave up leadership: the broker did not confirm a message within " + this.limit, null);
		}
		if (this.term == null && !makesProgress()) {
			throw new BrokerUnavailableException("Gave up leadership: the journal was not read within " + this.limit,
					null);
		}
		if (this.term != null && this.secondChance.isDue()) {
			tryOnAnotherChannel(this.term);
		}
		if (this.term != null && elapsed(this.checkpointed, CHECKPOINT)) {
			this.checkpointed = System.nanoTime();
			checkpoint(this.term);
		}
	}

	private void tryOnAnotherChannel(ChannelTerm leading)
			throws IOException, BrokerUnavailableException, InterruptedException {
		Channel other = this.connection.channel();
		if (!this.secondChance.isAcceptedOn(other)) {
			other.abort();
			return;
		}
		leading.end(LAST_CONFIRMS);
		awaitConfirms();
		int sent = this.secondChance.sendAgain(other);
		throw new BrokerUnavailableException(
				"Gave up leadership: a queue rejected %d ticks that it accepts on another channel; they were published again"
					.formatted(sent),
				null);
	}

	private boolean knowsWhatWasPublished() {
		if (this.journal == null) {
			return this.freshTokenBack;
		}
		if (this.marker != null && this.context.ledger().hasRead(this.marker)) {
			this.marker = null;
		}
		return this.marker == null;
	}

	private boolean makesProgress() {
		long read = this.context.ledger().records();
		if (read != this.recordsRead) {
			this.recordsRead = read;
			this.progress = System.nanoTime();
		}
		return !elapsed(this.progress, this.limit);
	}

	private void begin(Consumer<@Nullable Term> beginning) {
		Ledger ledger = this.context.ledger();
		Cursor known = ledger.cursor();
		Cursor cursor = (this.journal == null || known == null) ? withoutJournal() : known;
		Starts starts = (this.journal != null) ? new StartsFromLedger(this.context)
				: new StartsFromCursor(cursor, this.context.clock());
		ChannelTerm begun = new ChannelTerm(this.channel, this.context.exchange(), this.message,
				(this.journal != null) ? this.journal.queue() : null, cursor, starts,
				() -> this.context.leaderMeters().tookOver(Duration.ofNanos(System.nanoTime() - this.granted)));
		this.term = begun;
		this.context.leaderMeters().begun();
		logger.info("Became leader, resuming after {}", cursor);
		beginning.accept(begun);
	}

	/**
	 * Without a journal a leader that stopped in an orderly way has left word, this
	 * replica remembers its own terms, and otherwise the next slot is the first.
	 */
	private Cursor withoutJournal() {
		Token last = this.baton.lastOfALeader();
		if (last == null || this.context.run().equals(last.leader())) {
			return this.memory;
		}
		return (last.left() != null) ? last.left() : Cursor.at(this.grantedAt);
	}

	private void checkpoint(ChannelTerm term) {
		try {
			term.checkpoint();
		}
		catch (TermEndedException ex) {
			logger.debug("Checkpoint not written: {}", ex.getMessage());
		}
	}

	/**
	 * Finishes the slot that is being published and waits for its confirms, so that the
	 * next leader finds everything in its place.
	 */
	private void handOver() throws IOException, InterruptedException {
		if (this.term != null) {
			this.term.end(LAST_CONFIRMS);
			if (this.journal == null && this.channel.accepting()) {
				Instant done = this.context.clock().instant().minusSeconds(1);
				this.baton.leave(this.term.cursor().max(Cursor.at(done)));
			}
		}
		awaitConfirms();
	}

	private void awaitConfirms() throws InterruptedException {
		try {
			this.channel.raw().waitForConfirms(LAST_CONFIRMS.toMillis());
		}
		catch (TimeoutException | ShutdownSignalException ex) {
			logger.warn("The term ended with {} unconfirmed messages: {}", this.channel.unconfirmed(),
					BrokerConnection.reason(ex));
		}
	}

	private BrokerUnavailableException ended(String reason, @Nullable ShutdownSignalException signal)
			throws BrokerRefusedException {
		if (signal != null && BrokerConnection.replyCode(signal) == AMQP.ACCESS_REFUSED) {
			throw this.context.connector()
				.refusedAccess("ticktock.scheduler.exchange", this.context.exchange(), reason, signal);
		}
		return new BrokerUnavailableException("Lost the connection to the broker: " + reason, signal);
	}

	private static boolean elapsed(long since, Duration duration) {
		return System.nanoTime() - since > duration.toNanos();
	}

	/**
	 * With a journal, the leaders before have written down what they covered.
	 */
	private record StartsFromLedger(ReplicaContext context) implements Starts {

		@Override
		public Cursor atTheBeginning(Schedule schedule) {
			return this.context.ledger().startOf(schedule, this.context.clock().instant(), this.context.started());
		}

		@Override
		public Cursor later(Schedule schedule) {
			return Cursor.at(this.context.clock().instant());
		}

		@Override
		public Map<String, Checkpoint.Entry> registeredBefore() {
			return this.context.ledger().registered();
		}

	}

	/**
	 * Without a journal, all that is known is a cursor.
	 */
	private record StartsFromCursor(Cursor cursor, Clock clock) implements Starts {

		@Override
		public Cursor atTheBeginning(Schedule schedule) {
			return this.cursor;
		}

		@Override
		public Cursor later(Schedule schedule) {
			return Cursor.at(this.clock.instant());
		}

		@Override
		public Map<String, Checkpoint.Entry> registeredBefore() {
			return Map.of();
		}

	}

	/**
	 * What arrives in the mailbox.
	 */
	private sealed interface Event {

	}

	private record Received(Token token) implements Event {

	}

	private record JournalRead() implements Event {

	}

	private record Stop() implements Event {

	}

	private record Ended(String reason, @Nullable ShutdownSignalException signal) implements Event {

	}

}
