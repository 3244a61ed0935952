package dev.ticktock.publish;

import java.time.Duration;
import java.time.Instant;

import com.rabbitmq.client.Channel;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.Dialect;
import dev.ticktock.message.Seal;
import dev.ticktock.message.TickMessage;
import dev.ticktock.schedule.Tick;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link SecondChance}.
 */
class SecondChanceTests {

	private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

	private final SettableClock clock = new SettableClock(NOW);

	private final SecondChance chance = new SecondChance("exchange",
			new TickMessage(this.clock, "replica", Dialect.RABBITMQ, Seal.fresh()), this.clock, () -> this.uptime);

	private Duration uptime = Duration.ofHours(1);

	private final Channel other = mock();

	private static Tick tick(String event, int second) {
		Instant slot = NOW.plusSeconds(second);
		return new Tick(event, slot, slot.minusSeconds(1), slot.plusSeconds(1), slot.plusSeconds(60));
	}

	private void refuse(Tick... ticks) {
		for (Tick tick : ticks) {
			this.chance.settled(tick, false);
		}
	}

	private void pass(int seconds) {
		this.uptime = this.uptime.plusSeconds(seconds);
	}

	private void published(String event, int times) throws Exception {
		verify(this.other, times(times)).basicPublish(eq("exchange"), eq(event), anyBoolean(), any(), any());
	}

	@Test
	void nothingIsDueWhileNothingIsRefused() {
		this.chance.settled(tick("a", 0), true);
		assertThat(this.chance.isDue()).isFalse();
	}

	@Test
	void whatWasAcceptedBeforeIsRefusedByAFullQueue() {
		this.chance.settled(tick("a", 0), true);
		refuse(tick("a", 1));
		pass(60);
		assertThat(this.chance.isDue()).isFalse();
	}

	@Test
	void whatAnotherChannelTakesIsSentOnceMore() throws Exception {
		refuse(tick("a", 0), tick("b", 0), tick("a", 1));
		pass(2);
		assertThat(this.chance.isDue()).isFalse();
		pass(1);
		assertThat(this.chance.isDue()).isTrue();
		given(this.other.waitForConfirms(anyLong())).willReturn(true);
		assertThat(this.chance.isAcceptedOn(this.other)).isTrue();
		published("a", 1);
		assertThat(this.chance.sendAgain(this.other)).isEqualTo(3);
		published("a", 2);
		published("b", 1);
	}

	@Test
	void whatHasExpiredIsNotSentAgain() throws Exception {
		refuse(tick("old", -120), tick("a", 0), tick("older", -180));
		pass(3);
		given(this.other.waitForConfirms(anyLong())).willReturn(true);
		assertThat(this.chance.isAcceptedOn(this.other)).isTrue();
		assertThat(this.chance.sendAgain(this.other)).isOne();
		published("old", 0);
		published("older", 0);
	}

	@Test
	void whatWasAcceptedSinceIsNeitherTriedNorSentAgain() throws Exception {
		refuse(tick("full", 0), tick("a", 0), tick("full", 1));
		this.chance.settled(tick("full", 2), true);
		pass(3);
		given(this.other.waitForConfirms(anyLong())).willReturn(true);
		assertThat(this.chance.isAcceptedOn(this.other)).isTrue();
		assertThat(this.chance.sendAgain(this.other)).isOne();
		published("full", 0);
		published("a", 1);
	}

	@Test
	void anAttemptWithNothingToTryIsNotUsedUp() throws Exception {
		refuse(tick("full", 0));
		this.chance.settled(tick("full", 1), true);
		pass(3);
		assertThat(this.chance.isAcceptedOn(this.other)).isFalse();
		assertThat(this.chance.isDue()).isFalse();
		refuse(tick("a", 3));
		for (int attempt = 1; attempt <= 2; attempt++) {
			pass(9);
			assertThat(this.chance.isDue()).isTrue();
			assertThat(this.chance.isAcceptedOn(this.other)).isFalse();
			published("a", attempt);
		}
		published("full", 0);
	}

	@Test
	void afterTheLastAttemptTheQueueIsFull() throws Exception {
		refuse(tick("a", 0), tick("a", 1));
		given(this.other.waitForConfirms(anyLong())).willReturn(false);
		pass(3);
		assertThat(this.chance.isDue()).isTrue();
		assertThat(this.chance.isAcceptedOn(this.other)).isFalse();
		assertThat(this.chance.isDue()).isFalse();
		pass(6);
		assertThat(this.chance.isDue()).isTrue();
		assertThat(this.chance.isAcceptedOn(this.other)).isFalse();
		refuse(tick("a", 2));
		pass(60);
		assertThat(this.chance.isDue()).isFalse();
		published("a", 2);
	}

}
