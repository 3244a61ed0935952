package dev.ticktock.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.ticktock.discovery.Audience.Unmatched;
import dev.ticktock.support.CpuTime;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Audience}.
 */
class AudienceTests {

	private static final List<String> EVENTS = List.of("cron.day.1", "cron.minute.15", "cron.minute.5");

	private static Audience of(List<String> events, List<Binding> bindings) {
		return Audience.of(Listing.of(bindings), events);
	}

	private static Audience of(Binding... bindings) {
		return of(EVENTS, List.of(bindings));
	}

	private static Binding binding(String queue, String key) {
		return Binding.of(queue, true, key, Map.of());
	}

	@Test
	void namesTheQueuesOfAnEventByKeyAndByPattern() {
		Audience audience = of(binding("a", "cron.minute.5"), binding("b", "cron.*.5"), binding("a", "cron.#"),
				Binding.of("audit", false, "cron.minute.5", Map.of()));
		assertThat(audience.queues("cron.minute.5")).containsExactly("a", "audit", "b");
		assertThat(audience.queues("cron.minute.15")).containsExactly("a");
		assertThat(audience.queues("orders")).isEmpty();
		assertThat(audience.unheardCount()).isZero();
		assertThat(audience.unmatchedCount()).isZero();
		assertThat(of(binding("a", "cron.minute.*")).unheardCount()).isOne();
		assertThat(of().unheardCount()).isEqualTo(3);
	}

	@Test
	void aKeyThatNothingMatchesComesWithTheNearestEvent() {
		Audience audience = of(binding("a", "cron.minutes.5"), binding("b", "orders.#"), binding("c", "orders.*"));
		assertThat(audience.unmatched()).containsExactly(new Unmatched("cron.minutes.5", "a", "cron.minute.5"),
				new Unmatched("orders.#", "b", null), new Unmatched("orders.*", "c", null));
		assertThat(audience.unmatchedCount()).isEqualTo(3);
	}

	@Test
	void aKeyThatABindingAsksAScheduleForIsNotUnmatchedIfThatIsRejected() {
		Binding rejected = Binding.of("a", true, "report", Map.of("cron", "whenever"));
		Binding wild = Binding.of("a", true, "orders.*", Map.of("cron", "@daily"));
		Audience audience = of(rejected, wild, binding("b", "report"), binding("c", "reports"));
		assertThat(audience.unmatched()).containsExactly(new Unmatched("reports", "c", null));
		assertThat(audience.unmatchedCount()).isOne();
	}

	@Test
	void oneQueueDoesNotHideTheErrorsOfAnother() {
		List<Binding> bindings = new ArrayList<>();
		IntStream.range(0, 10_000).forEach((i) -> bindings.add(binding("many", "orders." + i)));
		bindings.add(binding("one", "cron.hours.1"));
		Audience audience = of(EVENTS, bindings);
		assertThat(audience.unmatchedCount()).isEqualTo(10_001);
		assertThat(audience.unmatched()).hasSizeLessThan(100).extracting(Unmatched::destination).contains("one");
	}

	@Test
	void ofTooManyPatternsNoneIsReported() {
		List<String> events = IntStream.range(0, 10_000).mapToObj((i) -> "job." + i).toList();
		List<Binding> bindings = new ArrayList<>();
		IntStream.range(0, 1001).forEach((i) -> bindings.add(binding("wild", "orders." + i + ".*")));
		bindings.add(binding("odd", "orders.late"));
		bindings.add(binding("good", "job.1"));
		Audience audience = of(events, bindings);
		assertThat(audience.unmatched()).extracting(Unmatched::destination).containsExactly("odd");
		assertThat(audience.unheardCount()).isZero();
		assertThat(audience.queues("job.1")).containsExactly("good");
	}

	@Test
	void manySchedulesBindingsAndSlowPatternsTakeSeconds() {
		List<String> events = IntStream.range(0, 100_000).mapToObj((i) -> "job." + i).toList();
		List<Binding> bindings = IntStream.range(0, 50_000).mapToObj((i) -> binding("queue." + i, "job." + i)).toList();
		Duration taken = CpuTime.of(() -> assertThat(of(events, bindings).unheardCount()).isEqualTo(50_000));
		assertThat(taken).isLessThan(Duration.ofSeconds(1));
		List<String> longEvents = IntStream.range(0, 20).mapToObj((i) -> "a.".repeat(100) + i).toList();
		List<Binding> patterns = IntStream.range(0, 10_000)
			.mapToObj((i) -> binding("slow", "#.a.".repeat(1 + i % 30) + "*.".repeat(i / 300) + "b"))
			.toList();
		assertThat(CpuTime.of(() -> of(longEvents, patterns))).isLessThan(Duration.ofSeconds(20));
	}

}
