package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;

import dev.ticktock.SettableClock;
import org.junit.jupiter.api.Test;

import org.springframework.scheduling.support.SimpleTriggerContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EverySecond}.
 */
class EverySecondTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private final SettableClock clock = new SettableClock(NOON);

	private final SimpleTriggerContext context = new SimpleTriggerContext(this.clock);

	private final EverySecond trigger = new EverySecond();

	@Test
	void firesAtTheNextWholeSecond() {
		this.clock.set(NOON.plusMillis(1));
		assertThat(this.trigger.nextExecution(this.context)).isEqualTo(NOON.plusSeconds(1));
		this.clock.set(NOON.plusMillis(999));
		assertThat(this.trigger.nextExecution(this.context)).isEqualTo(NOON.plusSeconds(1));
	}

	@Test
	void onAWholeSecondFiresAtTheNextOne() {
		assertThat(this.trigger.nextExecution(this.context)).isEqualTo(NOON.plusSeconds(1));
	}

	@Test
	void wokenEarlyFiresAgainAtTheSecondThatWasMeant() {
		Instant early = NOON.minusMillis(2);
		this.context.update(NOON, early, early);
		this.clock.set(early);
		assertThat(this.trigger.nextExecution(this.context)).isEqualTo(NOON);
	}

	@Test
	void afterARunThatTookLongFiresAtTheNextSecondAndNotForThoseInBetween() {
		this.context.update(NOON, NOON, NOON.plusMillis(4200));
		this.clock.set(NOON.plusMillis(4200));
		assertThat(this.trigger.nextExecution(this.context)).isEqualTo(NOON.plusSeconds(5));
	}

	@Test
	void onAClockThatWasSetBackFiresAtItsNextSecond() {
		this.context.update(NOON, NOON, NOON);
		this.clock.advance(Duration.ofMinutes(-10));
		assertThat(this.trigger.nextExecution(this.context)).isEqualTo(NOON.minusSeconds(599));
	}

}
