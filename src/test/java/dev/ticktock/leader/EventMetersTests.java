package dev.ticktock.leader;

import java.util.List;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventMeters}: which events have a tag of their own.
 */
class EventMetersTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private List<String> tags(String meter) {
		return this.registry.get(meter)
			.meters()
			.stream()
			.map((each) -> String.valueOf(each.getId().getTag("event")))
			.sorted()
			.toList();
	}

	@Test
	void withoutSchedulesAllMetersAreThereAtZero() {
		new EventMeters(this.registry, 2);
		assertThat(tags("ticktock.ticks.published")).containsExactly("other");
		assertThat(tags("ticktock.ticks.skipped")).containsExactly("other");
		assertThat(tags("ticktock.ticks.refused")).containsExactly("other");
		assertThat(tags("ticktock.tick.lag")).containsExactly("other");
	}

	@Test
	void theFirstHaveTagsAndTheRestShareOne() {
		EventMeters meters = new EventMeters(this.registry, 2);
		meters.know(List.of("a", "b", "c"));
		meters.of("c").published().increment();
		meters.of("d").published().increment();
		meters.of("a").published().increment();
		assertThat(tags("ticktock.ticks.published")).containsExactly("a", "b", "other");
		assertThat(meters.of("a").published().count()).isOne();
		assertThat(this.registry.get("ticktock.ticks.published").tag("event", "other").counter().count()).isEqualTo(2);
	}

	@Test
	void whatComesLaterDoesNotTakeATagAway() {
		EventMeters meters = new EventMeters(this.registry, 1);
		meters.know(List.of("b"));
		meters.know(List.of("a"));
		meters.know(List.of("b"));
		assertThat(tags("ticktock.ticks.skipped")).containsExactly("b", "other");
	}

	@Test
	void withoutRoomAllShareOneTag() {
		EventMeters meters = new EventMeters(this.registry, 0);
		meters.know(List.of("a"));
		meters.of("a").refused().increment();
		assertThat(tags("ticktock.ticks.refused")).containsExactly("other");
	}

	@Test
	void anEventOfThatNameSharesItToo() {
		EventMeters meters = new EventMeters(this.registry, 1);
		meters.know(List.of("other", "a"));
		meters.of("other").published().increment();
		meters.of("a").published().increment();
		assertThat(this.registry.get("ticktock.ticks.published").counter().count()).isEqualTo(2);
	}

}
