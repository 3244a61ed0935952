package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import dev.ticktock.SettableClock;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.Topology;
import dev.ticktock.journal.ClockTolerance;
import dev.ticktock.journal.JournalState;
import dev.ticktock.journal.Ledger;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.leader.Term;
import dev.ticktock.leader.TickMeters;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Hold;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Progress;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleRegistry;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.RecordedChannel.Message;
import dev.ticktock.support.SettableUptime;
import dev.ticktock.time.Hearts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Replicas without a broker, one of which leads, and the journal by which a leader knows
 * what those before have published. All have the same clock, which a test steps.
 */
final class Stage {

	private static final Trust TRUST = new Trust("guest", List.of());

	private static final JournalDecoder DECODER = new JournalDecoder(
			new Topology("exchange", "exchange.leader", "journal"), TRUST);

	private final SettableUptime uptime = new SettableUptime();

	private final List<Message> published = new ArrayList<>();

	private final List<Replica> replicas = new ArrayList<>();

	private final SettableClock clock;

	private final Instant started;

	private final Ledger ledger;

	final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private RecordedChannel channel = new RecordedChannel();

	private boolean confirming = true;

	private int untilFailure = Integer.MAX_VALUE;

	Stage(SettableClock clock, Schedules configured, int replicas) throws Exception {
		this.clock = clock;
		this.started = clock.instant();
		this.ledger = new Ledger(DECODER, new ClockTolerance(clock, Duration.ofMinutes(5)), List.of(), this.meters,
				this.uptime);
		for (int i = 0; i < replicas; i++) {
			this.replicas.add(new Replica(configured));
		}
	}

	/** Begins the term of a replica, which knows what the journal says. */
	Term lead(int replica) throws Exception {
		Progress known = this.ledger.forTerm(this.started);
		return lead(replica, (known != null) ? known : Progress.beforeAnyLeader(Cursor.at(this.started)));
	}

	/** Begins the term of the first replica after a cursor. */
	Term leadFrom(Cursor start) throws Exception {
		return lead(0, Progress.withoutJournal(start));
	}

	private Term lead(int replica, Progress progress) throws Exception {
		this.published.addAll(this.channel.published());
		this.channel = new RecordedChannel();
		Term term = new Term(UUID.randomUUID().toString(), ConfirmChannel.on(this.channel.channel(), this.uptime),
				"exchange.out", "journal",
				new TickMessage(((InstantSource) this::encode).withZone(ZoneOffset.UTC), "replica " + replica,
						Dialect.RABBITMQ),
				progress, this.uptime.now(), TRUST, this.clock, (tick, correlationId, accepted) -> {
				});
		this.replicas.forEach((each) -> each.term = null);
		this.replicas.get(replica).term = term;
		return term;
	}

	private Instant encode() {
		if (this.untilFailure-- == 0) {
			throw new IllegalStateException("as if");
		}
		return this.clock.instant();
	}

	/** Fails once to encode a tick, after some more. */
	void failAfter(int ticks) {
		this.untilFailure = ticks;
	}

	/**
	 * Kills the leader.
	 * @param lost how many of the messages that it published last the broker never sees
	 */
	void kill(int lost) {
		List<Message> all = this.channel.published();
		List<Message> arrived = List.copyOf(all.subList(0, Math.max(0, all.size() - lost)));
		arrived.forEach((message) -> this.ledger.read(message.envelope(), message.properties(), message.body()));
		this.published.addAll(arrived);
		all.clear();
		this.replicas.forEach((each) -> each.term = null);
	}

	/** Has a replica read the bindings. */
	void list(int replica, Collection<Schedule> registered) {
		this.replicas.get(replica).registry.register(registered, this.uptime.now());
	}

	/** Has a replica read which keys are on hold. */
	void hold(int replica, String... keys) {
		this.replicas.get(replica).registry.hold(Holds.of(Stream.of(keys).map((key) -> new Hold(key, null, null))));
		list(replica, List.of());
	}

	/** Has the tickers look, and the broker confirm what they publish. */
	void tick() throws Exception {
		this.replicas.forEach((each) -> each.ticker.tick());
		if (this.confirming && !this.channel.published().isEmpty()) {
			this.channel.confirm(this.channel.published().size(), true);
		}
	}

	void confirmNothing() {
		this.confirming = false;
	}

	/** Lets time pass. */
	void pass(Duration time) {
		this.clock.advance(time);
		this.uptime.pass(time);
	}

	/** Lets time pass second by second, with a tick after each. */
	void run(int seconds) throws Exception {
		for (int i = 0; i < seconds; i++) {
			pass(Duration.ofSeconds(1));
			tick();
		}
	}

	/** The channel of the current term. */
	RecordedChannel channel() {
		return this.channel;
	}

	/** Returns the ticks that the broker has seen, in order. */
	List<Cursor> ticks() {
		return messages(TickMessage.TYPE).stream()
			.map((message) -> (JournalRecord.Tick) read(message))
			.map((tick) -> new Cursor(tick.slot(), tick.event()))
			.toList();
	}

	/** Returns the slots of an event that the broker has seen, in order. */
	List<Instant> slots(String event) {
		return ticks().stream().filter((tick) -> event.equals(tick.event())).map(Cursor::slot).toList();
	}

	/** Returns the slots of an event in seconds after the start. */
	List<Long> seconds(String event) {
		return slots(event).stream().map((slot) -> Duration.between(this.started, slot).toSeconds()).toList();
	}

	/** Returns what the broker has seen as skipped, in order. */
	List<Skipping> skipped() {
		return messages("skipped").stream()
			.map((message) -> ((JournalRecord.Skipped) read(message)).skipping())
			.toList();
	}

	private static JournalRecord read(Message message) {
		return DECODER.read(message.envelope(), message.properties(), message.body());
	}

	/** Counts the slots that the meters have as skipped. */
	double countSkipped() {
		return this.meters.get("ticktock.ticks.skipped").counters().stream().mapToDouble(Counter::count).sum();
	}

	/** Counts the checkpoints that the broker has seen. */
	int checkpoints() {
		return messages("checkpoint").size();
	}

	/** Returns the messages of a type that the broker has seen, in order. */
	List<Message> messages(String type) {
		List<Message> all = new ArrayList<>(this.published);
		all.addAll(this.channel.published());
		return all.stream().filter((message) -> type.equals(message.properties().getType())).toList();
	}

	/**
	 * What each replica has of its own.
	 */
	private final class Replica implements Leadership {

		private final ScheduleRegistry registry;

		private final Ticker ticker;

		private @Nullable Term term;

		Replica(Schedules configured) {
			this.registry = new ScheduleRegistry(configured, Set.of());
			this.registry.expectRegistrations();
			this.ticker = new Ticker(this, Stage.this.ledger, this.registry,
					new TickMeters(Stage.this.meters, 100, Stage.this.clock, Stage.this.uptime),
					new Hearts(Stage.this.uptime).of("ticker"), Stage.this.clock, Stage.this.uptime);
		}

		@Override
		public @Nullable Term term() {
			return this.term;
		}

		@Override
		public LeadershipStatus status() {
			return new LeadershipStatus("replica", (this.term != null) ? Role.LEADER : Role.STANDBY, Instant.EPOCH,
					null, this.term == null || this.term.accepting(), JournalState.ATTACHED, null, null);
		}

	}

}
