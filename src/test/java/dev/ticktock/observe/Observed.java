package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

import dev.ticktock.SettableClock;
import dev.ticktock.TestSchedules;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.Topology;
import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.journal.JournalState;
import dev.ticktock.journal.Ledger;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.leader.TickMeters;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.OutcomeStatus;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.message.ReplicaInfo.Fingerprint;
import dev.ticktock.schedule.ConfiguredSchedules;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.SettableUptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * An endpoint of a replica that only exists in a test: a leader at noon to which nothing
 * has happened yet.
 */
final class Observed {

	static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private static final SchedulerProperties PROPERTIES = new SchedulerProperties("cron.schedule", "UTC",
			Duration.ofHours(12));

	final SettableClock clock = new SettableClock(NOON.plusMillis(250));

	final TickMeters meters = new TickMeters(new SimpleMeterRegistry(), 0, this.clock, new SettableUptime());

	private final BrokerConnector connector = mock();

	private Schedules schedules = new ConfiguredSchedules(Map.of(), PROPERTIES.defaults()).registry().configured();

	@Nullable DiscoveryStatus discovery;

	/** Leaders have covered every schedule, and done none of its slots. */
	final Ledger ledger = mock();

	final History history = new History(() -> this.schedules, 10_000, (missed) -> {
	});

	final Replicas replicas = new Replicas();

	private final Topology topology = new Topology("cron.schedule", "cron.schedule.leader", "cron.schedule.journal");

	Holds holds = Holds.NONE;

	final TickTockEndpoint endpoint = new TickTockEndpoint(this::situation,
			new Problems(this.history, this.ledger, this.meters, this.topology), this.history, this.topology,
			this.connector, PROPERTIES, this.clock);

	private LeadershipStatus status;

	Observed() {
		given(this.connector.virtualHost()).willReturn("/");
		given(this.ledger.doneUntil(any())).willReturn(Instant.MIN);
		status(Role.LEADER, "RabbitMQ 4.0.5 at localhost:5672", true, JournalState.ATTACHED,
				new Cursor(NOON, "cron.second.30"), null);
	}

	void status(Role role, @Nullable String broker, boolean accepting, JournalState journal, @Nullable Cursor cursor,
			@Nullable String trouble) {
		this.status = new LeadershipStatus("host-1", role, NOON.minusSeconds(3600), broker, accepting, journal, cursor,
				trouble);
	}

	private Situation situation() {
		Instant now = this.clock.instant();
		return new Situation(now, this.status, new NextSlots().at(now, this.schedules, this.holds), this.holds,
				this.replicas.list(hello()), this.discovery);
	}

	private ReplicaInfo hello() {
		return new ReplicaInfo(this.status.replica(), "run", this.status.role().name(), this.status.since(), "1.0",
				"2026a", (this.discovery != null) ? this.discovery.clockOffset() : null,
				new Fingerprint("same", "same"), this.clock.instant());
	}

	/** Another replica says hello. */
	void replica(String name, String role, String schedules) {
		replica(name, role, schedules, "2026a");
	}

	void replica(String name, String role, String schedules, @Nullable String zoneData) {
		this.replicas.replica(
				new ReplicaInfo(name, "another run of " + name, role, NOON.minusSeconds(60), "1.0", zoneData,
						Duration.ofMillis(3), new Fingerprint(schedules, "same"), this.clock.instant()),
				this.clock.instant());
	}

	void schedules(Schedule... added) {
		Map<String, Schedule> all = new TreeMap<>(this.schedules.byEvent());
		for (Schedule schedule : added) {
			all.put(schedule.event(), schedule);
		}
		this.schedules = Schedules.of(all);
	}

	void onlySchedules(Schedule... all) {
		this.schedules = TestSchedules.schedules(all);
	}

	void published(String event, Instant slot, Duration lag) {
		this.history.tick(event, slot, slot.plus(lag), "host-1", null);
	}

	void missed(String event, String queue, MissedReason reason, Instant at, Instant... slots) {
		for (Instant slot : slots) {
			this.history.tick(event, slot, null, "host-1", null);
			this.history.missed(new JournalRecord.Missed(event, slot, null, queue, reason), at);
		}
	}

	void answered(String event, OutcomeStatus status, String message, Instant slot) {
		this.history.outcome(new JournalRecord.Outcome(event, slot, null, status, message, slot.plusMillis(1500),
				Duration.ofMillis(2250)), slot);
	}

	void refused(String event) {
		this.meters.settled(new Tick(event, NOON, null, null, NOON.plusSeconds(60), null), false);
	}

	Overview overview() {
		return this.endpoint.overview(null, null, null, null, null);
	}

}
