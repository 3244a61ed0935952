package dev.ticktock.discovery;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.ticktock.support.CpuTime;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Destinations}.
 */
class DestinationsTests {

	private static Binding binding(String queue, String key) {
		return new Binding(queue, true, key, null);
	}

	private static Destinations destinations(Binding... bindings) {
		return Destinations.of(new Listing(List.of(bindings), true, true, null), "cron.schedule.journal"::equals,
				Destinations.UNKNOWN);
	}

	@Test
	void namesWhoIsBoundToAnEvent() {
		Destinations destinations = destinations(binding("a", "cron.minute.5"), binding("b", "cron.*.5"),
				binding("c", "cron.day.1"), binding("a", "cron.#"), binding("cron.schedule.journal", "#"),
				new Binding("audit", false, "cron.minute.5", null));
		assertThat(destinations.some("cron.minute.5")).containsExactly("a", "audit", "b");
		assertThat(destinations.some("cron.minute.15")).containsExactly("a");
		assertThat(destinations.some("orders")).isEmpty();
	}

	@Test
	void ofManyQueuesSomeAreNamed() {
		Destinations destinations = destinations(IntStream.range(0, 1000)
			.mapToObj((i) -> binding("queue." + i, (i % 2 == 0) ? "cron.day.1" : "cron.#"))
			.toArray(Binding[]::new));
		assertThat(destinations.some("cron.day.1")).hasSize(Destinations.NAMED_AT_MOST);
		assertThat(destinations.some("cron.minute.5")).hasSize(Destinations.NAMED_AT_MOST);
	}

	@Test
	void eachIsNamedHoweverManyPatternsThereAre() {
		Destinations destinations = destinations(patterns(10_000));
		assertThat(destinations.some("customer.9999.report")).containsExactly("queue.9999");
		assertThat(destinations.some("customer.3.mail")).containsExactly("queue.3");
		assertThat(destinations.some("customer.10000.mail")).isEmpty();
		Duration taken = CpuTime
			.of(() -> IntStream.range(0, 100_000).forEach((i) -> destinations.some("customer.%d.report".formatted(i))));
		System.out.println("100,000 events were compared with 10,000 patterns in " + taken);
		assertThat(taken).isLessThan(Duration.ofSeconds(5));
	}

	private static Binding[] patterns(int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> binding("queue." + i, ((i % 2 == 0) ? "*.%d.#" : "customer.%d.*").formatted(i)))
			.toArray(Binding[]::new);
	}

	/** Each event has the only word that each pattern has. */
	@Test
	void ofPatternsThatAreMadeToBeSlowSomeAreCompared() {
		Destinations destinations = destinations(IntStream.range(0, 50_000)
			.mapToObj((i) -> binding("queue." + i, stars(i) + "cron"))
			.toArray(Binding[]::new));
		Duration taken = CpuTime.of(() -> IntStream.range(0, 500).forEach((i) -> destinations.some("cron." + i)));
		System.out.println("A page of 500 schedules was compared with 50,000 slow patterns in " + taken);
		assertThat(taken).isLessThan(Duration.ofSeconds(5));
	}

	/** Returns sixteen wildcards, other ones for each number. */
	private static String stars(int number) {
		return IntStream.range(0, 16)
			.mapToObj((bit) -> ((number >> bit & 1) == 0) ? "*." : "#.")
			.collect(Collectors.joining());
	}

}
