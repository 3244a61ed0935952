package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.ticktock.TestSchedules;
import dev.ticktock.discovery.Audience;
import dev.ticktock.discovery.Audience.Unmatched;
import dev.ticktock.discovery.DiscoveryStatus;
import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.Role;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.OutcomeStatus;
import dev.ticktock.observe.Overview.Item;
import dev.ticktock.observe.Problem.Kind;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Hold;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.mockito.BDDMockito.given;

/**
 * Tests for {@link TickTockEndpoint}: what is answered.
 */
class TickTockEndpointTests {

	private static final Instant NOON = Observed.NOON;

	private static final String BROKER = "RabbitMQ 4.0.5 at localhost:5672";

	private final Observed observed = new Observed();

	private static Schedule oslo(String event, String line) {
		return TestSchedules.zoned(event, line, "Europe/Oslo", "1h");
	}

	private static DiscoveryStatus workers(@Nullable String trouble, boolean whole,
			List<dev.ticktock.discovery.Problem> problems, int count, List<Unmatched> unmatched,
			@Nullable Duration offset) {
		return new DiscoveryStatus(NOON, trouble, whole, 3, problems, count, List.of(), 0,
				new Audience(Map.of(), 12, unmatched, unmatched.size()), offset);
	}

	private List<Kind> problems() {
		return this.observed.overview().problems().stream().map(Problem::kind).toList();
	}

	/** Returns the kind of each problem and what it is. */
	private List<String> described() {
		return this.observed.overview().problems().stream().map((each) -> each.kind() + ": " + each.what()).toList();
	}

	private List<String> events(@Nullable String search, @Nullable String sort) {
		return this.observed.endpoint.overview(null, 3, search, sort, null)
			.schedules()
			.items()
			.stream()
			.map(Item::event)
			.toList();
	}

	@Test
	void aLineMayBeTriedBeforeItIsASchedule() {
		assertThat(this.observed.endpoint.answer(null, null, null, null, null, "30 2 * * *", "Europe/Oslo", ""))
			.isEqualTo(new TickTockEndpoint.Preview("CRON_TZ=Europe/Oslo 0 30 2 * * *",
					Stream.of("2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-07")
						.map((day) -> OffsetDateTime.parse(day + "T02:30+01:00"))
						.toList(),
					null, null));
		assertThat(this.observed.endpoint.preview("H H * * *", "", "invoice")).extracting("definition")
			.isEqualTo("CRON_TZ=UTC 0 20 5 * * *");
		assertThat(this.observed.endpoint.preview("@at 2026-03-02T12:00", null, null)).extracting("next", LIST)
			.isEmpty();
		assertThat(this.observed.endpoint.preview("rate(5 minutes)", null, null))
			.isEqualTo(new TickTockEndpoint.Preview(null, null, "a period is written as @every and a duration",
					"Use \"@every 5m\"."));
		assertThat(this.observed.endpoint.answer(null, null, null, null, null, null, null, null))
			.isInstanceOf(Overview.class);
	}

	@Test
	void whatIsWellIsOneSentence() {
		Overview overview = this.observed.overview();
		assertThat(overview.summary()).isEqualTo(
				"All well: 16 schedules, 1 replica, " + BROKER + "; next tick cron.second.30 at 2026-03-02T12:00:30Z.");
		assertThat(overview.problems()).isEmpty();
		assertThat(overview.leader()).isEqualTo("host-1");
		assertThat(overview.replica().cursor()).isEqualTo("cron.second.30@2026-03-02T12:00:00Z");
		assertThat(overview.schedules().total()).isEqualTo(16);
		assertThat(overview.schedules().items()).hasSize(16)
			.first()
			.isEqualTo(new Item("cron.day.1", "0 0 0 * * *", "UTC", "built_in",
					"half the time to the next slot, at most PT12H", Instant.parse("2026-03-03T00:00:00Z"),
					OffsetDateTime.parse("2026-03-03T00:00Z"), null, null, List.of(), null, null, null, null, null,
					null));
	}

	@Test
	void aJobThatHasFailedIsAProblemUntilItsNextSuccess() {
		for (int i = 3; i >= 0; i--) {
			this.observed.published("cron.minute.1", NOON.minusSeconds(60L * i), Duration.ZERO);
		}
		this.observed.answered("cron.minute.1", OutcomeStatus.DONE, "", NOON.minusSeconds(180));
		this.observed.answered("cron.minute.1", OutcomeStatus.FAILED, "disk full", NOON.minusSeconds(60));
		assertThat(described()).containsExactly(
				"FAILED: The job of cron.minute.1 has failed for the slot 2026-03-02T11:59:00Z: disk full");
		assertThat(item("cron.minute.1").recent()).extracting(Mark::state)
			.containsExactly(Mark.State.PUBLISHED, Mark.State.FAILED, Mark.State.PUBLISHED, Mark.State.PUBLISHED);
		assertThat(item("cron.minute.1").unanswered()).isOne();
		this.observed.answered("cron.minute.1", OutcomeStatus.DONE, "", NOON);
		assertThat(problems()).isEmpty();
	}

	@Test
	void whatIsOnHoldIsANoteAndIsNotOverdue() {
		this.observed.status(Role.LEADER, BROKER, true, JournalState.ATTACHED, new Cursor(NOON.minusSeconds(3600), "x"),
				null);
		assertThat(problems()).containsExactly(Kind.OVERDUE);
		this.observed.holds = new Holds(
				List.of(new Hold("cron.#", "ana", "a new disk"), new Hold("report", null, null)));
		Overview overview = this.observed.overview();
		assertThat(overview.summary())
			.isEqualTo("All well: 16 schedules (16 on hold), 1 replica, " + BROKER + "; no tick is to come.");
		assertThat(described()).containsExactly(
				"NOTE: 16 events are on hold with the key \"cron.#\" by ana: a new disk",
				"NOTE: No event is on hold with the key \"report\"");
		assertThat(overview.problems().get(0).remedy())
			.contains("unbind this key from the queue \"cron.schedule.hold\", with its arguments");
		assertThat(overview.schedules().items()).extracting(Item::held)
			.containsOnly(new Hold("cron.#", "ana", "a new disk"));
		this.observed.status(Role.LEADER, BROKER, true, JournalState.ATTACHED, new Cursor(NOON, "x"), null);
		this.observed.holds = new Holds(List.of(new Hold("cron.second.30", null, null)));
		assertThat(this.observed.overview().summary()).contains("(1 on hold)",
				"next tick cron.minute.1 at 2026-03-02T12:01:00Z");
		this.observed.discovery = workers("as if", true, List.of(), 0, List.of(), null);
		assertThat(problems()).containsExactly(Kind.BINDINGS, Kind.NOTE);
	}

	@Test
	void replicasThatAreConfiguredInAnotherWayAreProblems() {
		this.observed.replica("host-2", "STANDBY", "other");
		this.observed.replica("host-1", "STANDBY", "same");
		assertThat(described()).containsExactly(
				"REPLICAS: Replica host-2 has other schedules or settings than the leader host-1",
				"REPLICAS: Several replicas have the name host-1");
	}

	@Test
	void aConnectionOrAJournalThatIsNotThereAndABrokerThatBlocksAreProblems() {
		this.observed.status(Role.DISCONNECTED, null, true, JournalState.DETACHED, null, "Connection refused");
		assertThat(problems()).containsExactly(Kind.DISCONNECTED);
		assertThat(this.observed.overview().summary())
			.isEqualTo("This replica is not connected to the broker since 2026-03-02T11:00:00Z: Connection refused.");
		this.observed.status(Role.STANDBY, BROKER, false, JournalState.DETACHED, null, null);
		assertThat(problems()).containsExactly(Kind.BLOCKED, Kind.JOURNAL);
		assertThat(this.observed.overview().summary()).endsWith("; and 1 more problem.");
		this.observed.status(Role.LEADER, BROKER, true, JournalState.INCOMPLETE, null, null);
		assertThat(problems()).containsExactly(Kind.UNRECORDED);
	}

	@Test
	void aSlotThatIsDueAndNotPublishedIsAProblem() {
		this.observed.clock.set(NOON.plusSeconds(59));
		assertThat(problems()).isEmpty();
		this.observed.clock.set(NOON.plusSeconds(61));
		assertThat(problems()).containsExactly(Kind.OVERDUE);
		Schedule fresh = oslo("each.second", "* * * * * *");
		this.observed.schedules(fresh);
		assertThat(problems()).containsExactly(Kind.OVERDUE);
		given(this.observed.ledger.doneUntil(fresh)).willReturn(null);
		assertThat(problems()).as("a new schedule hides it").containsExactly(Kind.OVERDUE);
	}

	@Test
	void aSlotThatPassedBeforeTheReplicaWasHereOrItsScheduleIsNotOverdue() {
		this.observed.status(Role.LEADER, BROKER, true, JournalState.ATTACHED, Cursor.at(NOON.minusSeconds(86_400)),
				null);
		this.observed.onlySchedules(oslo("a", "0 12 * * *"));
		assertThat(problems()).isEmpty();
		Schedule hourly = oslo("a", "0 55 * * * *");
		this.observed.onlySchedules(hourly);
		assertThat(problems()).containsExactly(Kind.OVERDUE);
		given(this.observed.ledger.doneUntil(hourly)).willReturn(null);
		assertThat(problems()).isEmpty();
		given(this.observed.ledger.doneUntil(hourly)).willReturn(NOON.minusSeconds(60));
		assertThat(problems()).isEmpty();
		this.observed.clock.set(NOON.plusSeconds(3600));
		assertThat(problems()).containsExactly(Kind.OVERDUE);
	}

	@Test
	void whatWasSkippedInTheLastDayIsAProblemAndNamed() {
		this.observed.history.skipped(new Skipping(Reason.OUTAGE, NOON.minusSeconds(700), NOON,
				List.of(new SkippedSlots("report.nightly", NOON.minusSeconds(600), NOON.minusSeconds(60), 10, false))));
		assertThat(this.observed.overview().problems()).containsExactly(new Problem(Kind.SKIPPED, "report.nightly",
				"Skipped 10 slots of report.nightly from 2026-03-02T11:50:00Z to 2026-03-02T11:59:00Z, because the broker was unreachable since 2026-03-02T11:48:20Z",
				"These jobs have not run. Publish a message with this key by hand to run one now."));
		this.observed.clock.set(NOON.plus(Duration.ofDays(1)).plusSeconds(1));
		assertThat(problems()).doesNotContain(Kind.SKIPPED);
	}

	@Test
	void whatComesInMassesIsNamedInPart() {
		this.observed.history.skipped(new Skipping(Reason.NO_LEADER, null, NOON,
				IntStream.range(0, 1000).mapToObj((i) -> new SkippedSlots("e" + i, NOON, NOON, 1, false)).toList()));
		assertThat(this.observed.overview().problems()).hasSize(Problems.NAMED_AT_MOST + 1)
			.last()
			.extracting(Problem::what)
			.isEqualTo("Skipped slots of 980 more events");
	}

	@Test
	void whatWorkersAskForAndDoNotGetIsAProblem() {
		this.observed.discovery = workers(null, true,
				List.of(new dev.ticktock.discovery.Problem("a", "queue", "it asks for too much.")), 2,
				List.of(new Unmatched("cron.minutes.5", "queue", "cron.minute.5")), Duration.ofSeconds(-9));
		assertThat(this.observed.overview().problems()).extracting(Problem::kind, Problem::remedy)
			.contains(tuple(Kind.REGISTRATION, "it asks for too much."),
					tuple(Kind.UNMATCHED, "Did you mean \"cron.minute.5\"?"));
		assertThat(problems()).containsExactly(Kind.CLOCK, Kind.REGISTRATION, Kind.REGISTRATION, Kind.UNMATCHED);
		this.observed.discovery = workers("the API does not answer", false, List.of(), 0, List.of(), null);
		assertThat(problems()).containsExactly(Kind.BINDINGS, Kind.BINDINGS);
	}

	/** As with a broker that has no management plugin. */
	@Test
	void bindingsThatCannotBeReadAreNotedUnlessALeaderHasCoveredWhatWorkersRegistered() {
		this.observed.discovery = new DiscoveryStatus(null, "no API", true, 0, List.of(), 0, List.of(), 0,
				new Audience(Map.of(), 0, List.of(), 0), null);
		Overview overview = this.observed.overview();
		assertThat(overview.discovery()).isEqualTo(new Overview.Discovery(null, true, null, null));
		assertThat(overview.summary()).startsWith("All well: 16 schedules");
		assertThat(described()).containsExactly(
				"NOTE: It is unknown whether workers have registered schedules: the bindings cannot be read: no API");
		this.observed.refused("cron.minute.1");
		assertThat(this.observed.overview().summary()).isEqualTo("A queue rejects the ticks of cron.minute.1.");
		given(this.observed.ledger.coversRegistered()).willReturn(true);
		assertThat(problems()).containsExactly(Kind.REFUSED, Kind.BINDINGS);
		assertThat(this.observed.overview().problems()).last()
			.extracting(Problem::remedy)
			.asString()
			.contains("the schedules of workers wait");
	}

	@Test
	void zoneDataThatIsOldOrNotTheLeadersIsNotedIfAScheduleNeedsIt() {
		this.observed.clock.set(Instant.parse("2027-08-01T00:00:00Z"));
		this.observed.schedules(TestSchedules.zoned("fixed", "0 4 * * *", "UTC+2", "1h"));
		assertThat(problems()).doesNotContain(Kind.NOTE);
		this.observed.schedules(oslo("report.nightly", "0 4 * * *"));
		assertThat(described())
			.contains("NOTE: The time zone data of this replica, 2026a, may lack changes of the past year");
		this.observed.clock.set(NOON);
		this.observed.replica("host-2", "STANDBY", "same", "2025a");
		this.observed.replica("host-3", "STANDBY", "same", null);
		this.observed.replica("host-4", "STANDBY", "same", "2026a");
		assertThat(this.observed.overview().summary()).startsWith("All well: 18 schedules, 4 replicas, RabbitMQ");
		assertThat(described()).containsExactly("NOTE: Replica host-2 has other time zone data than the leader host-1");
	}

	@Test
	void whatIsOverAndALineForQuartzAreNotedAndAreNoProblems() {
		this.observed.schedules(oslo("moved", "@at 2026-03-01T12:00"), oslo("moves", "@at 2026-03-03T12:00"),
				oslo("billing", "0 15 10 ? * 6L"), oslo("named", "0 15 10 ? * FRIL"));
		this.observed.discovery = new DiscoveryStatus(NOON, null, true, 3, List.of(), 0,
				List.of(new dev.ticktock.discovery.Problem("gone", "queue", "the last slot was then. Remove it.")), 7,
				new Audience(Map.of(), 12, List.of(), 0), null);
		Overview overview = this.observed.overview();
		assertThat(overview.summary()).startsWith("All well: 20 schedules");
		assertThat(overview.problems()).containsExactly(
				new Problem(Kind.NOTE, "gone", "The binding of \"queue\" to \"gone\" registers nothing any more",
						"the last slot was then. Remove it."),
				new Problem(Kind.NOTE, null, "6 more bindings register nothing any more",
						"The others are named when those above are resolved."),
				new Problem(Kind.NOTE, "moved", "\"@at 2026-03-01T12:00\" of moved lies in the past",
						"Remove it from the configuration."),
				new Problem(Kind.NOTE, "billing",
						"\"0 15 10 ? * 6L\" looks like a line for Quartz: its day of the week 6L is SATL, counted from Monday = 1; Quartz counts from Sunday = 1 and reads FRIL",
						"Write the day that is meant by its name."));
		assertThat(item("moved").next()).isNull();
		assertThat(item("moves")).extracting(Item::validity).isEqualTo("PT1H");
	}

	@Test
	void whatWasMissedInTheLastDayIsAProblem() {
		this.observed.missed("cron.minute.1", "report", MissedReason.MAXLEN, NOON, NOON.minusSeconds(120),
				NOON.minusSeconds(60));
		assertThat(described()).containsExactly(
				"MISSED: Missed 2 ticks of cron.minute.1 in queue report: the queue overflowed; last at 2026-03-02T12:00:00Z");
		assertThat(item("cron.minute.1").missed()).isEqualTo(2);
		assertThat(item("cron.minute.2").missed()).isNull();
		this.observed.clock.set(NOON.plus(Duration.ofHours(25)));
		assertThat(problems()).doesNotContain(Kind.MISSED);
		assertThat(item("cron.minute.1").missed()).isNull();
	}

	/** Returns the first whose event contains a text. */
	private Item item(String text) {
		return this.observed.endpoint.overview(1, 1, text, null, null).schedules().items().get(0);
	}

	@Test
	void schedulesAreFoundByEventAndLineAndComeInPages() {
		Overview.Page page = this.observed.endpoint.overview(2, 10, null, null, null).schedules();
		assertThat(page.items()).hasSize(6);
		assertThat(page.matching()).isEqualTo(16);
		assertThat(this.observed.endpoint.overview(Integer.MAX_VALUE, 500, null, null, null).schedules().items())
			.isEmpty();
		this.observed.schedules(oslo("report.nightly", "30 2 * * *"));
		assertThat(events(" NIGHTLY ", null)).containsExactly("report.nightly");
		assertThat(events("30 2 *", null)).containsExactly("report.nightly");
		assertThat(events("nothing", null)).isEmpty();
	}

	@Test
	void schedulesAreSorted() {
		this.observed.schedules(oslo("report.nightly", "30 2 * * *"));
		this.observed.published("cron.minute.1", NOON, Duration.ofMillis(7));
		this.observed.published("cron.minute.5", NOON.minusSeconds(300), Duration.ofMillis(9));
		assertThat(events(null, null)).containsExactly("cron.day.1", "cron.hour.1", "cron.hour.12");
		assertThat(events(null, "-event")).startsWith("report.nightly");
		assertThat(events(null, "next")).containsExactly("cron.second.30", "cron.minute.1", "cron.minute.2");
		assertThat(events(null, "-last")).startsWith("cron.minute.1", "cron.minute.5");
		assertThat(item("cron.minute.1").last()).isEqualTo(NOON);
		assertThat(item("cron.minute.1").lagMillis()).isEqualTo(7);
		assertThat(events(null, "-lag")).startsWith("cron.minute.5", "cron.minute.1");
		assertThat(events(null, "-origin")).startsWith("report.nightly");
	}

	@Test
	void nextSlotsFollowTheClockInBothDirectionsAndTheSchedules() {
		this.observed.onlySchedules(oslo("a", "0 * * * * *"), oslo("b", "0 0 * * * *"));
		assertThat(next()).containsExactly(NOON.plusSeconds(60), NOON.plusSeconds(3600));
		this.observed.clock.set(NOON.plusSeconds(60));
		assertThat(next()).containsExactly(NOON.plusSeconds(120), NOON.plusSeconds(3600));
		this.observed.clock.set(NOON);
		assertThat(next()).containsExactly(NOON.plusSeconds(60), NOON.plusSeconds(3600));
		this.observed.onlySchedules(oslo("b", "0 30 * * * *"), oslo("c", "@every 10s"));
		assertThat(next()).containsExactly(NOON.plusSeconds(1800), NOON.plusSeconds(10));
	}

	private List<@Nullable Instant> next() {
		return this.observed.overview().schedules().items().stream().map(Item::next).toList();
	}

	@Test
	void anEventHasItsNextSlotsWithOffsetsAndItsHistoryEvenWithoutASchedule() {
		assertThat(this.observed.endpoint.event("gone")).isNull();
		this.observed.missed("gone", "report", MissedReason.REJECTED, NOON, NOON.minusSeconds(60));
		TickTockEndpoint.EventReport gone = Objects.requireNonNull(this.observed.endpoint.event("gone"));
		assertThat(gone.schedule()).isNull();
		assertThat(gone.next()).isEmpty();
		assertThat(gone.missed()).hasSize(1);
		this.observed.clock.set(Instant.parse("2026-03-27T12:00:00Z"));
		this.observed.schedules(oslo("report/nightly", "30 2 * * *"));
		this.observed.published("report/nightly", Instant.parse("2026-03-27T01:30:00Z"), Duration.ofMillis(7));
		this.observed.history.byHand("report/nightly", Instant.parse("2026-03-27T09:00:00.5Z"));
		TickTockEndpoint.EventReport report = Objects.requireNonNull(this.observed.endpoint.event("report", "nightly"));
		assertThat(report.next()).extracting(OffsetDateTime::toString)
			.containsExactly("2026-03-28T02:30+01:00", "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00",
					"2026-03-31T02:30+02:00", "2026-04-01T02:30+02:00");
		assertThat(report.ticks()).containsExactly(
				new EventHistory.Tick(Instant.parse("2026-03-27T09:00:00Z"), null, null, true),
				new EventHistory.Tick(Instant.parse("2026-03-27T01:30:00Z"), 7L, "host-1", false));
	}

}
