package dev.ticktock.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.ticktock.publish.Listeners.Recipients;
import dev.ticktock.support.CpuTime;
import dev.ticktock.support.SettableUptime;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Directory}.
 */
class DirectoryTests {

	private final SettableUptime uptime = new SettableUptime();

	private final Directory directory = new Directory("cron.schedule.journal"::equals, this.uptime);

	private void take(boolean whole, Binding... bindings) {
		this.directory.take(new Listing(List.of(bindings), whole, whole, null), this.uptime.now());
	}

	private static Binding binding(String queue, String key) {
		return new Binding(queue, true, key, null);
	}

	private static Recipients all(String... queues) {
		return new Recipients(Set.of(queues), true);
	}

	private static Recipients some(String... queues) {
		return new Recipients(Set.of(queues), false);
	}

	@Test
	void knowsNobodyBeforeTheFirstListing() {
		assertThat(this.directory.of("a")).isEqualTo(Recipients.UNKNOWN);
	}

	@Test
	void findsQueuesByKeyAndByPattern() {
		take(true, binding("one", "a.b"), binding("two", "a.c"), binding("three", "a.b"), binding("wild", "a.*"),
				binding("any", "#"), binding("one", "#.b"));
		assertThat(this.directory.of("a.b")).isEqualTo(all("one", "three", "wild", "any"));
		assertThat(this.directory.of("a.c")).isEqualTo(all("two", "wild", "any"));
		assertThat(this.directory.of("z")).isEqualTo(all("any"));
	}

	@Test
	void anEventThatNobodyListensToHasNoQueues() {
		take(true, binding("one", "b"));
		assertThat(this.directory.of("a")).isEqualTo(all());
		assertThat(this.directory.of("c")).isEqualTo(all());
	}

	@Test
	void theJournalIsNobody() {
		take(true, binding("cron.schedule.journal", "#"), binding("one", "a"));
		assertThat(this.directory.of("a")).isEqualTo(all("one"));
	}

	@Test
	void behindAnotherExchangeThereMayBeMoreQueues() {
		take(true, binding("one", "a"), new Binding("audit", false, "a", null), binding("two", "b"),
				binding("three", "c.d"), new Binding("cron.schedule.journal", false, "c.#", null));
		assertThat(this.directory.of("a")).isEqualTo(some("one"));
		assertThat(this.directory.of("b")).isEqualTo(all("two"));
		assertThat(this.directory.of("c.d")).isEqualTo(some("three"));
	}

	@Test
	void beyondTheBoundsOfAListingThereMayBeMoreQueues() {
		take(false, binding("one", "a"));
		assertThat(this.directory.of("a")).isEqualTo(some("one"));
	}

	@Test
	void aListingCountsForTwoMinutes() {
		take(true, binding("one", "a"));
		this.uptime.pass(Directory.FRESH);
		assertThat(this.directory.of("a")).isEqualTo(all("one"));
		this.uptime.pass(Duration.ofMillis(1));
		assertThat(this.directory.of("a")).isEqualTo(Recipients.UNKNOWN);
		take(true, binding("two", "a"));
		assertThat(this.directory.of("a")).isEqualTo(all("two"));
	}

	@Test
	void fiftyThousandBindingsAreSearchedInNoTime() {
		List<Binding> bindings = new ArrayList<>();
		for (int i = 0; i < 50_000; i++) {
			bindings.add(binding("queue." + i % 100, "job." + i));
		}
		this.directory.take(new Listing(bindings, true, true, null), this.uptime.now());
		long begun = System.nanoTime();
		for (int i = 0; i < 50_000; i++) {
			assertThat(this.directory.of("job." + i).queues()).containsExactly("queue." + i % 100);
		}
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
	}

	private Destinations destinations(Binding... bindings) {
		return this.directory.take(new Listing(List.of(bindings), true, true, null), this.uptime.now());
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

	@Test
	void wherePatternsHaveNoRoomThereMayBeMoreQueues() {
		destinations(IntStream.range(0, 3000)
			.mapToObj((i) -> binding("long", i + ".a".repeat(120) + ".*"))
			.toArray(Binding[]::new));
		assertThat(this.directory.of("cron.day.1").complete()).isFalse();
	}

}
