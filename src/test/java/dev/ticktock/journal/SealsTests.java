package dev.ticktock.journal;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import com.rabbitmq.client.AMQP;
import dev.ticktock.broker.Dialect;
import dev.ticktock.message.Seal;
import dev.ticktock.message.TickMessage;
import dev.ticktock.schedule.Tick;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the seals that count.
 */
class SealsTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:30Z");

	private final Seals seals = new Seals();

	private final List<Seal> known = new ArrayList<>();

	private void remember(int terms) {
		for (int i = 0; i < terms; i++) {
			Seal seal = Seal.fresh();
			this.known.add(seal);
			this.seals.remember(seal, false);
		}
	}

	private boolean isOneOn(Seal seal) {
		AMQP.BasicProperties properties = new TickMessage(Clock.systemUTC(), "leader", Dialect.RABBITMQ, seal)
			.properties(new Tick("a", SLOT, null, null, SLOT.plusSeconds(1)));
		return this.seals.isOneOn(properties);
	}

	@Test
	void ticksOfAllKnownTermsCountInAnyOrder() {
		remember(16);
		for (int round = 0; round < 2; round++) {
			assertThat(this.known).allMatch(this::isOneOn);
		}
		assertThat(isOneOn(Seal.fresh())).isFalse();
		assertThat(this.known).allMatch(this::isOneOn);
	}

	@Test
	void aTermOfLongAgoNoLongerCountsAlsoIfTheLastTickWasOfIt() {
		remember(16);
		Seal first = this.known.remove(0);
		assertThat(isOneOn(first)).isTrue();
		remember(1);
		assertThat(isOneOn(first)).isFalse();
		assertThat(this.known).hasSize(16).allMatch(this::isOneOn);
	}

	@Test
	void nothingCountsAnyMoreWhenTheReadingBeginsAnew() {
		remember(2);
		assertThat(this.known).allMatch(this::isOneOn);
		this.seals.clear();
		assertThat(this.known).noneMatch(this::isOneOn);
		assertThat(this.seals.isEmpty()).isTrue();
	}

}
