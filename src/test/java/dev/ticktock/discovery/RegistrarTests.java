package dev.ticktock.discovery;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import dev.ticktock.SettableClock;
import dev.ticktock.discovery.Registrar.Registrations;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.ScheduleRegistry;
import dev.ticktock.schedule.Validity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static dev.ticktock.TestSchedules.configured;
import static dev.ticktock.TestSchedules.schedules;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Registrar}.
 */
class RegistrarTests {

	private static final Defaults DEFAULTS = new Defaults(ZoneOffset.UTC, Duration.ofHours(12));

	private static final String DAILY = "0 30 2 * * *";

	private static final String HOURLY = "0 0 * * * *";

	private final Map<String, String> covered = new HashMap<>();

	private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));

	private final Registrar registrar = registrar(10, 1000);

	private Registrations before = Registrations.NONE;

	private Registrar registrar(int maxSchedules, int maxSchedulesPerQueue) {
		DiscoveryProperties properties = new Binder(new MapConfigurationPropertySource(
				Map.of("a.max-schedules", maxSchedules, "a.max-schedules-per-queue", maxSchedulesPerQueue)))
			.bindOrCreate("a", DiscoveryProperties.class);
		ScheduleRegistry registry = new ScheduleRegistry(schedules(configured("configured", HOURLY)), Set.of("off"));
		return new Registrar(registry, DEFAULTS, properties, this.covered::get, this.clock);
	}

	private static Binding binding(String queue, String event, @Nullable Object... arguments) {
		Map<String, @Nullable Object> all = new HashMap<>();
		for (int i = 0; i < arguments.length; i += 2) {
			all.put(String.valueOf(arguments[i]), arguments[i + 1]);
		}
		return Binding.of(queue, true, event, all);
	}

	private static Listing listing(Binding... bindings) {
		return Listing.of(List.of(bindings));
	}

	private Registrations read(Binding... bindings) {
		return read(this.registrar, listing(bindings));
	}

	private Registrations read(Registrar registrar, Listing listing) {
		this.before = registrar.read(listing, this.before);
		return this.before;
	}

	@Test
	void whatIsOverRegistersNothingAndLeavesRoomForOthers() {
		Registrar ofOne = registrar(1, 1);
		Binding first = binding("q", "a", "cron", "@at 2026-03-01T12:00:00Z", "validity", "1m");
		Binding second = binding("q", "b", "cron", "@at 2026-03-01T13:00", "zone", "Europe/Oslo");
		Registrations found = read(ofOne, listing(first, second));
		assertThat(lines(found)).containsExactly("a @at 2026-03-01T12:00:00Z");
		assertProblem(found, "b", "q", "more than 1 schedules");
		assertThat(found.until()).isEqualTo("2026-03-01T12:01:00Z");
		this.clock.advance(Duration.ofMinutes(1));
		found = read(ofOne, listing(first, second));
		assertThat(lines(found)).containsExactly("b @at 2026-03-01T13:00");
		assertThat(found.problems()).isEmpty();
		assertThat(found.over()).containsExactly(new Problem("a", "q",
				"the last slot of \"@at 2026-03-01T12:00:00Z\" was at 2026-03-01T12:00:00Z. Remove the binding."));
		assertThat(found.until()).isEqualTo("2026-03-02T00:00:00Z");
	}

	@Test
	void aScheduleMayBeginAndEnd() {
		Object[] advent = { "cron", "@daily", "zone", "Asia/Kathmandu", "from", "2026-12-01", "UNTIL",
				"2026-12-24T18:00" };
		Registrations found = read(binding("q", "advent", advent), binding("p", "advent", advent));
		assertThat(found.schedules()).extracting(Schedule::definition)
			.containsExactly(
					"@from 2026-11-30T18:15:00Z @until 2026-12-24T12:15:00Z CRON_TZ=Asia/Kathmandu 0 0 0 * * *");
		assertThat(found.until()).isEqualTo("2026-12-24T06:15:00Z");
		assertProblem(read(binding("q", "a", "cron", "@daily", "from", "soon")), "a", "q", "from \"soon\"", "such as");
		assertThat(binding("q", "a", "from", "me", "until", "death").request()).isNull();
	}

	@Test
	void aScheduleMayCarryDataIfBindingsAgree() {
		assertThat(read(binding("q", "a", "cron", "@daily", "data", "one")).schedules()).extracting(Schedule::data)
			.containsExactly("one");
		assertThat(read(binding("q", "a", "cron", "@daily", "data", "two")).schedules()).extracting(Schedule::data)
			.containsExactly("two");
		Registrations found = read(binding("q", "a", "cron", "@daily", "data", "two"),
				binding("p", "a", "cron", "@daily", "data", "three"));
		assertThat(found.schedules()).extracting(Schedule::data).containsExactly("two");
		assertProblem(found, "a", "p", "with data \"three\"");
		assertProblem(read(binding("q", "a", "cron", "@daily", "data", "x".repeat(10_000))), "a", "q",
				"it has more than 4096 bytes");
		assertThat(binding("q", "a", "data", "of another").request()).isNull();
	}

	private static List<String> lines(Registrations registrations) {
		return registrations.schedules().stream().map((each) -> each.event() + " " + each.line()).toList();
	}

	private static void assertProblem(Registrations found, String event, String queue, String... reasons) {
		assertThat(found.problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.event()).isEqualTo(event);
			assertThat(problem.destination()).isEqualTo(queue);
			assertThat(problem.reason()).contains(reasons).doesNotContain("\n");
		});
	}

	@Test
	void aBindingRegistersWithLineZoneAndValidity() {
		Registrations found = read(
				binding("report", "report.nightly", "cron", DAILY, "zone", "Europe/Oslo", "validity", "90m"));
		assertThat(found.schedules()).containsExactly(
				Schedule.parse(Origin.REGISTERED, "report.nightly", DAILY, "Europe/Oslo", "90m", DEFAULTS));
		assertThat(found.problems()).isEmpty();
	}

	@Test
	void argumentsOfOthersWithoutAValueOrTwiceAreIgnoredAndTheirCaseToo() {
		Registrations found = read(binding("a", "cron.minute.5"), binding("b", "x", "x-match", "all"),
				binding("c", "x", "tz", "Europe/Oslo"), binding("d", "x", "cron", null),
				binding("e", "job", "cron", DAILY, "schedule", "x", "zone", null, "validity", null, "Cron", null),
				binding("f", "twice", "Cron", DAILY, "CRON", HOURLY, "x-match", "all"));
		assertThat(lines(found)).containsExactly("job " + DAILY, "twice " + DAILY);
		assertThat(found.problems()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "90000", "90000.0", "9E+4" })
	void aNumberIsAValidityInMilliseconds(BigDecimal number) {
		assertThat(read(binding("a", "a", "cron", DAILY, "validity", number)).schedules()).singleElement()
			.extracting(Schedule::validity)
			.isEqualTo(Validity.of(Duration.ofSeconds(90)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "90000.5", "-90000", "1e400", "0.0" })
	void aNumberThatIsNoValidityIsRejected(BigDecimal number) {
		Registrations found = read(binding("a", "a", "cron", DAILY, "validity", number));
		assertThat(found.schedules()).isEmpty();
		assertProblem(found, "a", "a", "cannot be used", "Use a duration such as");
	}

	@Test
	void bindingsThatAgreeRegisterOneSchedule() {
		Registrations found = read(binding("a", "job", "cron", DAILY), binding("b", "job", "cron", "30 2 * * *"),
				binding("c", "job"));
		assertThat(found.schedules()).hasSize(1);
		assertThat(found.problems()).isEmpty();
		assertThat(read(binding("b", "job", "cron", "30 2 * * *")).schedules().iterator().next())
			.isSameAs(found.schedules().iterator().next());
	}

	@Test
	void ofBindingsThatDisagreeTheScheduleThatHeldGoesOn() {
		read(binding("b", "job", "cron", DAILY));
		Registrations found = read(binding("a", "job", "cron", HOURLY), binding("b", "job", "cron", DAILY));
		assertThat(lines(found)).containsExactly("job " + DAILY);
		assertProblem(found, "job", "a", "asks for \"" + HOURLY + "\" (", "so \"" + DAILY + "\" (CRON_TZ=Z " + DAILY
				+ ", valid for half the time to the next slot) stays in force", "Unbind");
		assertThat(lines(read(binding("a", "job", "cron", HOURLY)))).containsExactly("job " + HOURLY);
	}

	@Test
	void ofBindingsThatDisagreeNoneHoldsWhereNoneHeld() {
		Registrations found = read(binding("a", "job", "cron", HOURLY), binding("b", "job", "cron", DAILY),
				binding("c", "other", "cron", DAILY), binding("d", "short", "cron", DAILY),
				binding("e", "short", "cron", DAILY, "validity", "1h"));
		assertThat(lines(found)).containsExactly("other " + DAILY);
		assertThat(found.problems()).extracting(Problem::destination).containsExactly("a", "b", "d", "e");
		assertThat(found.problems())
			.allSatisfy((each) -> assertThat(each.reason()).contains("none of them is in force"));
		assertThat(found.undecided()).isTrue();
	}

	@Test
	void ofBindingsThatDisagreeARestartedReplicaKnowsFromTheJournalWhichHeldAndTakesTheLongestValidity() {
		this.covered.put("job", "CRON_TZ=Z 0 30 02 * * *");
		Registrations found = read(binding("a", "job", "cron", HOURLY, "validity", "3h"),
				binding("b", "job", "cron", DAILY, "validity", "1h"),
				binding("c", "job", "cron", DAILY, "validity", "2h"));
		assertThat(lines(found)).containsExactly("job " + DAILY);
		assertThat(found.schedules()).singleElement()
			.extracting(Schedule::validity)
			.isEqualTo(Validity.of(Duration.ofHours(2)));
		assertThat(found.problems()).extracting(Problem::destination).containsExactly("a", "b");
		assertThat(found.undecided()).isFalse();
	}

	@Test
	void theConfigurationGoesFirst() {
		assertProblem(read(binding("a", "configured", "cron", DAILY), binding("c", "configured", "cron", HOURLY)),
				"configured", "a", HOURLY, "configuration");
		assertProblem(read(binding("b", "off", "cron", DAILY)), "off", "b", "disabled this event");
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			job,     cron,     0 99 * * * *, 'field 2, the minute, is "99"'
			job,     cron,     nonsense,     this one has 1
			job,     zone,     UTC,          no cron
			job,     validity, 1h,           no cron
			job.*,   cron,     0 0 * * * *,  wildcards
			#,       cron,     0 0 * * * *,  wildcards
			'',      cron,     0 0 * * * *,  0 bytes
			'a	b',  cron,     0 0 * * * *,  control characters
			""")
	void theFaultOfABindingIsReportedAndTheRestGoesOn(String event, String argument, String value, String reason) {
		Registrations found = read(binding("bad", event, argument, value), binding("good", "good", "cron", DAILY));
		assertThat(lines(found)).containsExactly("good " + DAILY);
		assertProblem(found, event, "bad", reason);
	}

	@ParameterizedTest
	@CsvSource({ "timezone, cron, zone", "timeZone, cron, zone", "time_zone, cron, zone", "TZ, cron, zone",
			"tz, schedule, cron", "zone, schedule, cron", "zone, X-Cron, cron" })
	void aNameOfAnotherSchedulerIsRefused(String zone, String cron, String meant) {
		assertProblem(read(binding("a", "job", zone, "Europe/Oslo", cron, DAILY)), "job", "a",
				"which does nothing. Name it %s.".formatted(meant));
	}

	@Test
	void anArgumentOfAnotherTypeOrLengthIsReported() {
		for (Object value : List.of(5, true, List.of("x"), Map.of("a", 1))) {
			assertProblem(read(binding("q", "job", "cron", value)), "job", "q", "cron is not a string");
			for (String name : List.of("zone", "from", "until", "data")) {
				assertProblem(read(binding("q", "job", "cron", DAILY, name, value)), "job", "q",
						name + " is not a string");
			}
		}
		assertProblem(read(binding("q", "job", "cron", DAILY, "from", 1_796_112_000)), "job", "q",
				"from is not a string but the number 1796112000. Use a text such as");
		assertProblem(read(binding("q", "job", "cron", DAILY, "data", "Not UTF-8, base64 is: WvxyaWNo")), "job", "q",
				"data is not UTF-8 but, in base64, \"WvxyaWNo\". Encode it as UTF-8.");
		assertProblem(read(binding("q", "job", "cron", "*".repeat(1001))), "job", "q",
				"cron is longer than 1000 characters", "Use a line such as");
	}

	@Test
	void beyondTheBoundThoseThatHeldGoOn() {
		Registrar bounded = registrar(2, 1000);
		read(bounded, listing(binding("q", "m", "cron", DAILY), binding("q", "z", "cron", DAILY)));
		Registrations found = read(bounded, listing(binding("q", "a", "cron", DAILY), binding("q", "m", "cron", DAILY),
				binding("q", "z", "cron", DAILY)));
		assertThat(lines(found)).containsExactly("m " + DAILY, "z " + DAILY);
		assertProblem(found, "a", "q", "more than 2", "ticktock.discovery.max-schedules");
	}

	/** Replicas read bindings that come one by one at different instants. */
	@Test
	void beyondTheBoundThoseThatALeaderHasCoveredComeBeforeThoseThatHeld() {
		Registrar bounded = registrar(2, 1000);
		Listing all = listing(binding("q", "a", "cron", DAILY), binding("q", "m", "cron", DAILY),
				binding("q", "z", "cron", DAILY));
		Registrations found = read(bounded, all);
		assertThat(lines(found)).containsExactly("a " + DAILY, "m " + DAILY);
		assertThat(found.undecided()).isTrue();
		this.covered.put("m", "CRON_TZ=Z " + DAILY);
		this.covered.put("z", "CRON_TZ=Z " + DAILY);
		found = read(bounded, all);
		assertThat(lines(found)).containsExactly("m " + DAILY, "z " + DAILY);
		assertThat(found.undecided()).isFalse();
	}

	@Test
	void whatLiesBeyondAListingThatIsCutGoesOn() {
		read(binding("q", "job", "cron", DAILY), binding("q", "other", "cron", DAILY));
		Registrations found = read(this.registrar,
				new Listing(List.of(binding("q", "other", "cron", HOURLY)), false, null));
		assertThat(lines(found)).containsExactly("job " + DAILY, "other " + HOURLY);
		assertThat(lines(read(binding("q", "other", "cron", HOURLY)))).containsExactly("other " + HOURLY);
	}

	@Test
	void aQueueHasAQuotaAndWhatItHeldGoesOn() {
		Registrar bounded = registrar(10, 2);
		read(bounded, listing(binding("greedy", "m", "cron", DAILY)));
		Registrations found = read(bounded,
				listing(binding("greedy", "a", "cron", DAILY), binding("greedy", "b", "cron", DAILY),
						binding("greedy", "m", "cron", DAILY), binding("modest", "c", "cron", DAILY)));
		assertThat(lines(found)).containsExactly("a " + DAILY, "c " + DAILY, "m " + DAILY);
		assertProblem(found, "b", "greedy", "more than 2", "ticktock.discovery.max-schedules-per-queue");
	}

	@Test
	void wrongLinesOfOneQueueDoNotHideThoseOfAnother() {
		List<Binding> bindings = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			bindings.add(binding("greedy." + i % 5, "a." + i, "cron", "nonsense " + i));
		}
		bindings.add(binding("z", "z", "cron", DAILY));
		bindings.add(binding("zz", "zz", "cron", "nonsense"));
		Registrations found = read(this.registrar, Listing.of(bindings));
		assertThat(lines(found)).containsExactly("z " + DAILY);
		assertThat(found.problems()).extracting(Problem::destination).contains("zz");
		assertThat(found.problemCount()).isEqualTo(1001);
	}

	@Test
	void aThousandWishesForAnEventThatHeldDoNotEndIt() {
		read(binding("honest", "job", "cron", DAILY));
		List<Binding> bindings = new ArrayList<>();
		IntStream.range(0, 2000)
			.forEach((i) -> bindings.add(binding("greedy", "job", "cron", "@every " + (i + 1) + "s")));
		bindings.add(binding("honest", "job", "cron", DAILY));
		assertThat(lines(read(this.registrar, Listing.of(bindings)))).containsExactly("job " + DAILY);
	}

}
