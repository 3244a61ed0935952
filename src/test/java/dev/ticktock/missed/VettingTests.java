package dev.ticktock.missed;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import com.rabbitmq.client.AMQP;
import dev.ticktock.SettableClock;
import dev.ticktock.message.MissedReason;
import dev.ticktock.missed.Vetting.Found;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Validity;
import dev.ticktock.support.DeadLetters;
import dev.ticktock.support.SettableUptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Vetting}.
 */
@ExtendWith(OutputCaptureExtension.class)
class VettingTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private final SettableClock clock = new SettableClock(SLOT.plusSeconds(90));

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final SettableUptime uptime = new SettableUptime();

	private final Schedules schedules = Schedules
		.of(Map.of("a", Schedule.parse("a", "* * * * * *", ZoneOffset.UTC, Validity.of(Duration.ofMinutes(1)))));

	private final Vetting vetting = new Vetting(() -> this.schedules,
			new ClockTolerance(this.clock, Duration.ofMinutes(5)), this.registry, this.uptime);

	private static AMQP.BasicProperties expired(String event) {
		return DeadLetters.of(event, SLOT, "report", "expired", SLOT.plusSeconds(60));
	}

	private Found found(AMQP.BasicProperties properties) {
		return Objects.requireNonNull(this.vetting.read("key", properties));
	}

	private double ignored() {
		return this.registry.get("ticktock.missed.ignored").counter().count();
	}

	@Test
	void aTickOfAScheduleCounts() {
		Found found = found(expired("a"));
		assertThat(found.event()).isEqualTo("a");
		assertThat(found.queue()).isEqualTo("report");
		assertThat(found.reason()).isEqualTo(MissedReason.EXPIRED);
		assertThat(found.tick().slot()).isEqualTo(SLOT);
		assertThat(found.tick().at()).isEqualTo(SLOT.plusSeconds(60));
		assertThat(ignored()).isZero();
	}

	@Test
	void aTickWithoutAScheduleDoesNotCount() {
		assertThat(this.vetting.read("key", expired("made.up"))).isNull();
		assertThat(ignored()).isOne();
	}

	@Test
	void aTickOfTheFutureDoesNotCount() {
		AMQP.BasicProperties ahead = DeadLetters.of("a", SLOT.plusSeconds(3600), "report", "expired", SLOT);
		assertThat(this.vetting.read("key", ahead)).isNull();
	}

	@Test
	void aTimeThatCannotBeRightIsTheNearestThatCan() {
		assertThat(found(DeadLetters.of("a", SLOT, "report", "expired", SLOT.plusSeconds(3600))).tick().at())
			.isEqualTo(SLOT.plusSeconds(90));
		assertThat(found(DeadLetters.of("a", SLOT, "report", "expired", SLOT.minusSeconds(3600))).tick().at())
			.isEqualTo(SLOT);
	}

	@Test
	void theNamesOfQueuesAreBounded() {
		Set<String> queues = new HashSet<>();
		for (int i = 0; i < 5000; i++) {
			queues.add(found(DeadLetters.of("a", SLOT, "queue." + i, "expired", SLOT)).queue());
		}
		assertThat(queues).hasSize(1001).contains("other", "queue.0");
		assertThat(found(DeadLetters.of("a", SLOT, "queue.0", "expired", SLOT)).queue()).isEqualTo("queue.0");
	}

	@Test
	void whatIsIgnoredIsCountedAndHasALineAMinute(CapturedOutput output) {
		for (int i = 0; i < 1000; i++) {
			assertThat(this.vetting.read("a\nkey", new AMQP.BasicProperties.Builder().messageId("id").build()))
				.isNull();
		}
		assertThat(ignored()).isEqualTo(1000);
		assertThat(output).containsOnlyOnce("Ignoring a message")
			.contains("Ignoring a message with key \"a\ufffdkey\" and id \"id\" in the queue of missed ticks, and 0");
		this.uptime.pass(Duration.ofSeconds(61));
		this.vetting.read("key", new AMQP.BasicProperties());
		assertThat(output).contains("and id \"null\" in the queue of missed ticks, and 999 before");
	}

}
