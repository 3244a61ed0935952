package dev.ticktock.discovery;

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.ticktock.discovery.Audience.Unmatched;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Audience}.
 */
class AudienceTests {

	private static final Set<String> EVENTS = Set.of("cron.minute.5", "cron.minute.15", "cron.day.1");

	private static Audience of(Binding... bindings) {
		return Audience.of(EVENTS, List.of(bindings), "cron.schedule.journal"::equals);
	}

	private static Binding binding(String queue, String key) {
		return new Binding(queue, true, key, Map.of());
	}

	@Test
	void wildcardsAreResolved() {
		Audience audience = of(binding("a", "cron.minute.5"), binding("b", "cron.minute.*"), binding("b", "cron.#"),
				new Binding("c", false, "cron.minute.15", Map.of()));
		assertThat(audience.listeners()).containsOnlyKeys("cron.minute.5", "cron.minute.15", "cron.day.1");
		assertThat(audience.listeners().get("cron.minute.5")).containsExactly("a", "b");
		assertThat(audience.listeners().get("cron.minute.15")).containsExactly("b", "c");
		assertThat(audience.listeners().get("cron.day.1")).containsExactly("b");
		assertThat(audience.unheard()).isEmpty();
		assertThat(audience.unmatched()).isEmpty();
	}

	@Test
	void theJournalIsNobody() {
		Audience audience = of(binding("cron.schedule.journal", "#"));
		assertThat(audience.listeners()).isEmpty();
		assertThat(audience.unheard()).containsExactly("cron.day.1", "cron.minute.15", "cron.minute.5");
	}

	@Test
	void aKeyThatNothingMatchesComesWithTheNearestEvent() {
		Audience audience = of(binding("a", "cron.minutes.5"), binding("b", "orders.#"));
		assertThat(audience.unmatched()).containsExactly(new Unmatched("cron.minutes.5", "a", "cron.minute.5"),
				new Unmatched("orders.#", "b", null));
	}

}
