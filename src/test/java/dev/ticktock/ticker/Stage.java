package dev.ticktock.ticker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.Set;

import dev.ticktock.SettableClock;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.Topology;
import dev.ticktock.journal.Chronicle;
import dev.ticktock.journal.Doubts;
import dev.ticktock.journal.Ledger;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.leader.ChannelTerm;
import dev.ticktock.leader.EventMeters;
import dev.ticktock.leader.SetAside;
import dev.ticktock.leader.TickMeters;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Progress;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleRegistry;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.RecordedChannel.Message;
import dev.ticktock.support.SettableUptime;
import dev.ticktock.time.Hearts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Replicas without a broker, one of which leads, and the journal by which a leader knows
 * what those before have published. All have the same clock, which a test steps.
 */
final class Stage {

	private static final Trust TRUST = Trust.of("guest", List.of());

	private static final JournalDecoder DECODER = new JournalDecoder(
			new Topology("exchange", "exchange.leader", "journal"), TRUST);

	private static final ChannelTerm.Listener NOBODY = new ChannelTerm.Listener() {

		@Override
		public void settled(Tick tick, boolean accepted) {
		}

		@Override
		public void caughtUp() {
		}

	};

	private final SettableUptime uptime = new SettableUptime();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final List<Message> published = new ArrayList<>();

	private final List<Replica> replicas = new ArrayList<>();

	private final SettableClock clock;

	private final Instant started;

	private final Ledger ledger;

	private @Nullable Replica leader;

	private RecordedChannel channel = new RecordedChannel();

	Stage(SettableClock clock, Schedules configured, int replicas) throws Exception {
		this.clock = clock;
		this.started = clock.instant();
		this.ledger = new Ledger(DECODER, new ClockTolerance(clock, Duration.ofMinutes(5)),
				new Doubts(this.meters, clock, this.uptime), new Chronicle(List.of(), clock, this.uptime));
		for (int i = 0; i < replicas; i++) {
			this.replicas.add(new Replica(configured, clock, this.uptime, this.meters));
		}
	}

	/** Begins the term of a replica; nobody else may lead. */
	void lead(int replica) throws Exception {
		this.channel = new RecordedChannel();
		Progress known = this.ledger.forTerm(this.started);
		ChannelTerm term = new ChannelTerm(UUID.randomUUID().toString(),
				ConfirmChannel.on(this.channel.channel(), this.uptime), "exchange.out", "journal",
				new TickMessage(this.clock, "replica " + replica, Dialect.RABBITMQ),
				(known != null) ? known : Progress.beforeAnyLeader(Cursor.at(this.started)), this.uptime.now(), TRUST,
				this.clock, NOBODY);
		this.leader = this.replicas.get(replica);
		this.leader.leadership.grant(term);
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
		Objects.requireNonNull(this.leader, "somebody leads").leadership.revoke();
		this.leader = null;
	}

	/** Has a replica read the bindings. */
	void list(int replica, Collection<Schedule> registered) {
		this.replicas.get(replica).registry.register(registered, this.uptime.now());
	}

	/** Has the leader's ticker look. */
	void tick() {
		Objects.requireNonNull(this.leader, "somebody leads").ticker.tick();
	}

	/** Lets time pass. */
	void pass(Duration time) {
		this.clock.advance(time);
		this.uptime.pass(time);
	}

	/** Lets time pass second by second, with a tick after each. */
	void run(int seconds) {
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
			.map((message) -> DECODER.read(message.envelope(), message.properties(), message.body()))
			.map((record) -> (JournalRecord.Tick) record)
			.map((tick) -> new Cursor(tick.slot(), tick.event()))
			.toList();
	}

	/** Returns the slots of an event that the broker has seen, in order. */
	List<Instant> slots(String event) {
		return ticks().stream().filter((tick) -> event.equals(tick.event())).map(Cursor::slot).toList();
	}

	/** Counts the checkpoints that the broker has seen. */
	int checkpoints() {
		return messages("checkpoint").size();
	}

	private List<Message> messages(String type) {
		List<Message> all = new ArrayList<>(this.published);
		all.addAll(this.channel.published());
		return all.stream().filter((message) -> type.equals(message.properties().getType())).toList();
	}

	/**
	 * What each replica has of its own.
	 */
	private static final class Replica {

		private final SettableLeadership leadership = new SettableLeadership();

		private final ScheduleRegistry registry;

		private final Ticker ticker;

		Replica(Schedules configured, Clock clock, SettableUptime uptime, SimpleMeterRegistry meters) {
			this.registry = new ScheduleRegistry(configured, Set.of());
			this.registry.expectRegistrations();
			this.ticker = new Ticker(this.leadership, this.registry,
					new TickMeters(new EventMeters(meters, 0), clock, uptime, List.of()),
					new SetAside(this.registry, uptime), new Hearts(uptime).of("ticker"), clock, uptime);
		}

	}

}
