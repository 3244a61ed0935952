package dev.ticktock.discovery;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.ticktock.discovery.Audience.Unmatched;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Validity;
import dev.ticktock.support.CpuTime;
import org.jspecify.annotations.Nullable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Survey} and what it finds out.
 */
class SurveyTests {

	private static final Schedule ANY = Schedule.parse("any", "@daily", ZoneOffset.UTC,
			Validity.halfTheGap(Duration.ofHours(12)));

	private final Survey survey = new Survey("cron.schedule.journal"::equals);

	private final Schedules schedules = schedules(Stream.of("cron.minute.5", "cron.minute.15", "cron.day.1"));

	private static Schedules schedules(Stream<String> events) {
		Map<String, Schedule> byEvent = new TreeMap<>();
		events.forEach((event) -> byEvent.put(event,
				new Schedule(event, ANY.line(), ANY.timing(), ANY.validity(), ANY.origin())));
		return Schedules.of(byEvent);
	}

	private Audience of(Binding... bindings) {
		return this.survey.take(this.schedules, List.of(bindings), Destinations.UNKNOWN);
	}

	private static Binding binding(String queue, String key) {
		return new Binding(queue, true, key, null);
	}

	private static Unmatched unmatched(String key, String queue, @Nullable String nearest) {
		return new Unmatched(key, queue, nearest);
	}

	@Test
	void wildcardsAreResolved() {
		Audience audience = of(binding("a", "cron.minute.5"), binding("b", "cron.minute.*"));
		assertThat(audience.unheard()).containsExactly("cron.day.1");
		assertThat(audience.unheardCount()).isOne();
		assertThat(audience.unmatched()).isEmpty();
		assertThat(of(binding("a", "#.1"), new Binding("c", false, "cron.minute.15", null)).unheard())
			.containsExactly("cron.minute.5");
		assertThat(of(binding("b", "cron.#")).unheard()).isEmpty();
		assertThat(of().unheardCount()).isEqualTo(3);
	}

	@Test
	void theJournalIsNobody() {
		assertThat(of(binding("cron.schedule.journal", "#")).unheard()).containsExactly("cron.day.1", "cron.minute.15",
				"cron.minute.5");
	}

	@Test
	void aKeyThatNothingMatchesComesWithTheNearestEvent() {
		Audience audience = of(binding("a", "cron.minutes.5"), binding("b", "orders.#"), binding("c", "orders.*"));
		assertThat(audience.unmatched()).containsExactly(unmatched("cron.minutes.5", "a", "cron.minute.5"),
				unmatched("orders.#", "b", null), unmatched("orders.*", "c", null));
		assertThat(audience.unmatchedCount()).isEqualTo(3);
	}

	@Test
	void aKeyThatABindingAsksAScheduleForIsNotUnmatchedIfThatIsRefused() {
		Binding refused = new Binding("a", true, "report", Request.of(Map.of("cron", "whenever")));
		Binding wild = new Binding("a", true, "orders.*", Request.of(Map.of("cron", "@daily")));
		Audience audience = of(refused, wild, binding("b", "report"), binding("c", "reports"));
		assertThat(audience.unmatched()).containsExactly(unmatched("reports", "c", null));
		assertThat(audience.unmatchedCount()).isOne();
	}

	@Test
	void otherEventsAreOtherMatches() {
		Binding binding = binding("a", "orders.#");
		assertThat(of(binding).unmatchedCount()).isOne();
		Audience audience = this.survey.take(schedules(Stream.of("orders.late")), List.of(binding),
				Destinations.UNKNOWN);
		assertThat(audience.unmatchedCount()).isZero();
		assertThat(audience.unheardCount()).isZero();
	}

	@Test
	void oneQueueDoesNotHideWhatIsWrongWithAnother() {
		List<Binding> bindings = new ArrayList<>();
		IntStream.range(0, 10_000).forEach((i) -> bindings.add(binding("many", "orders." + i)));
		bindings.add(binding("one", "cron.hours.1"));
		Audience audience = this.survey.take(this.schedules, bindings, Destinations.UNKNOWN);
		assertThat(audience.unmatchedCount()).isEqualTo(10_001);
		assertThat(audience.unmatched()).hasSizeLessThan(100).extracting(Unmatched::destination).contains("one");
	}

	@Test
	void aHundredThousandSchedulesAndTenThousandStrangeKeysCostNoSecond() {
		Schedules many = schedules(IntStream.range(0, 100_000).mapToObj((i) -> "job.number." + i + ".of.many"));
		List<Binding> bindings = new ArrayList<>();
		IntStream.range(0, 10_000)
			.forEach((i) -> bindings.add(binding("queue." + i % 1000, "jobs.nomber." + i + ".off.many")));
		IntStream.range(0, 1000).forEach((i) -> bindings.add(binding("wild." + i, "*.*." + i + ".with.#")));
		IntStream.range(0, 50_000).forEach((i) -> bindings.add(binding("good." + i, "job.number." + i + ".of.many")));
		List<Duration> taken = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			taken.add(CpuTime.of(() -> this.survey.take(many, bindings, Destinations.UNKNOWN)));
		}
		Audience audience = this.survey.take(many, bindings, Destinations.UNKNOWN);
		System.out.println("Surveys of 100,000 schedules took " + taken);
		assertThat(taken).anySatisfy((each) -> assertThat(each).isLessThan(Duration.ofSeconds(1)));
		assertThat(audience.unheardCount()).isEqualTo(50_000);
		assertThat(audience.unheard()).hasSize(Sampler.KEPT_AT_MOST);
		assertThat(audience.unmatchedCount()).isBetween(10_000, 11_000);
	}

	@Test
	void whatNeedsTooManyStepsForOneListingIsResolvedOverSome() {
		Schedules many = schedules(IntStream.range(0, 100_000).mapToObj((i) -> "job." + i));
		List<Binding> bindings = new ArrayList<>();
		Stream
			.of("#", "*.*", "job.*", "*.#", "#.*", "job.#", "*.*.#", "#.*.*", "*.#.*", "#.job.*", "*.#.*.#", "#.job.#")
			.forEach((key) -> bindings.add(binding("wild", key)));
		bindings.add(binding("last", "*.99999"));
		bindings.add(binding("deaf", "*.orders"));
		Audience first = this.survey.take(many, bindings, Destinations.UNKNOWN);
		assertThat(first.unmatchedCount()).isZero();
		assertThat(first.unheardCount()).isZero();
		Awaitility.await()
			.pollInSameThread()
			.pollDelay(Duration.ZERO)
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.survey.take(many, bindings, Destinations.UNKNOWN).unmatched())
				.extracting(Unmatched::destination)
				.containsExactly("deaf"));
	}

	@Test
	void whatIsTooCostlyToKnowIsNotComplainedAbout() {
		List<Binding> bindings = new ArrayList<>();
		IntStream.range(0, 2000)
			.forEach((i) -> bindings.add(binding("costly", "#.a.".repeat(1 + i % 50) + "*.".repeat(i / 50) + "b")));
		Audience audience = this.survey.take(schedules(Stream.of("a" + ".a".repeat(120))), bindings,
				Destinations.UNKNOWN);
		assertThat(audience.unmatchedCount()).isZero();
		assertThat(audience.unheardCount()).isZero();
	}

	@Test
	void whereKeysHaveNoRoomNothingIsComplainedAbout() {
		List<Binding> bindings = new ArrayList<>();
		IntStream.range(0, 3000).forEach((i) -> bindings.add(binding("long", i + ".a".repeat(120) + ".*")));
		bindings.add(binding("odd", "orders.late"));
		Audience audience = this.survey.take(this.schedules, bindings, Destinations.UNKNOWN);
		assertThat(audience.unmatched()).extracting(Unmatched::destination).containsExactly("odd");
		assertThat(audience.unheardCount()).isZero();
	}

}
