package dev.ticktock.ticker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import dev.ticktock.SettableClock;
import dev.ticktock.broker.Dialect;
import dev.ticktock.message.TickMessage;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.SchedulerProperties;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Tick;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One hour of the built-in schedules, stepped by hand. What is expected is computed with
 * plain arithmetic on the seconds since the epoch.
 */
class SimulatedHourTests {

	private static final int HOUR = 3600;

	private static final int LONGEST_VALIDITY = 12 * HOUR;

	/** An hour around a midnight in UTC at which all of the sixteen are due. */
	private static final long START = Instant.parse("2026-03-03T23:30:00Z").getEpochSecond();

	/** The seconds between two slots, by event. */
	private static final Map<String, Integer> PERIODS = new TreeMap<>(Map.ofEntries(Map.entry("cron.second.30", 30),
			Map.entry("cron.minute.1", 60), Map.entry("cron.minute.2", 120), Map.entry("cron.minute.5", 300),
			Map.entry("cron.minute.10", 600), Map.entry("cron.minute.15", 900), Map.entry("cron.minute.30", 1800),
			Map.entry("cron.minute.45", 2700), Map.entry("cron.hour.1", HOUR), Map.entry("cron.hour.2", 2 * HOUR),
			Map.entry("cron.hour.4", 4 * HOUR), Map.entry("cron.hour.6", 6 * HOUR), Map.entry("cron.hour.8", 8 * HOUR),
			Map.entry("cron.hour.12", 12 * HOUR), Map.entry("cron.hour.16", 16 * HOUR),
			Map.entry("cron.day.1", 24 * HOUR)));

	private final Schedules schedules = new SchedulerProperties("cron.schedule", "UTC", Map.of(),
			Duration.ofSeconds(LONGEST_VALIDITY))
		.schedules();

	private final SettableClock clock = new SettableClock(Instant.ofEpochSecond(START));

	private Stage stage;

	@BeforeEach
	void lead() throws Exception {
		this.stage = new Stage(this.clock, this.schedules, 1);
		this.stage.leadFrom(Cursor.at(Instant.ofEpochSecond(START)));
	}

	private void tickAt(long second) throws Exception {
		this.clock.set(Instant.ofEpochSecond(second));
		this.stage.tick();
	}

	/** Without a seed, each second is a step. */
	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })
	void eachValidSlotIsPublishedInOrderOnce(long seed) throws Exception {
		Random random = new Random(seed);
		List<Tick> expected = new ArrayList<>();
		long expired = 0;
		long before = START;
		while (before < START + HOUR) {
			long now = before + ((seed == 0) ? 1 : random.nextInt(1, 41));
			tickAt(now);
			for (long second = before + 1; second <= now; second++) {
				for (Map.Entry<String, Integer> each : PERIODS.entrySet()) {
					int period = each.getValue();
					if (second % period != 0) {
						continue;
					}
					if (second + Math.min(period / 2, LONGEST_VALIDITY) > now) {
						expected.add(tick(each.getKey(), second, period));
					}
					else {
						expired++;
					}
				}
			}
			before = now;
		}
		this.stage.tick();
		assertPublished(expected);
		assertThat(expected).extracting(Tick::event).contains("cron.day.1", "cron.hour.16", "cron.minute.45");
		assertThat(expired > 0).isEqualTo(seed > 0);
		assertThat(this.stage.countSkipped()).isEqualTo((double) expired);
	}

	private static Tick tick(String event, long slot, int period) {
		return new Tick(event, Instant.ofEpochSecond(slot), Instant.ofEpochSecond(slot - period),
				Instant.ofEpochSecond(slot + period),
				Instant.ofEpochSecond(slot + Math.min(period / 2, LONGEST_VALIDITY)));
	}

	private void assertPublished(List<Tick> expected) {
		TickMessage message = new TickMessage(this.clock, "me", Dialect.RABBITMQ);
		assertThat(this.stage.messages(TickMessage.TYPE))
			.extracting((each) -> new String(each.body(), StandardCharsets.UTF_8))
			.isEqualTo(
					expected.stream().map((each) -> new String(message.body(each), StandardCharsets.UTF_8)).toList());
	}

}
