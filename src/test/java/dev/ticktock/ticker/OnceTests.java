package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.ticktock.SettableClock;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.Schedules;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many schedules that are due once, while leaders die.
 */
class OnceTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private static final Defaults DEFAULTS = new Defaults(ZoneOffset.UTC, Duration.ofHours(12));

	private final SettableClock clock = new SettableClock(NOON);

	private Stage stage;

	@BeforeEach
	void open() throws Exception {
		Schedule configured = Schedule.parse(Origin.CONFIGURED, "configured", at(-20), null, "1h", DEFAULTS);
		this.stage = new Stage(this.clock, Schedules.of(Map.of("configured", configured)), 2);
	}

	private static String at(int seconds) {
		return "@at " + NOON.plusSeconds(seconds);
	}

	private static Schedule registered(String event, String line) {
		return Stage.registered(event, line, "10m");
	}

	@Test
	void changesOfTheOthersDoNotHoldThemUpNorWriteThemCheckpoints() throws Exception {
		this.stage.list(0, List.of());
		this.stage.lead(0);
		this.stage.run(1);
		assertThat(this.stage.slots("configured")).containsExactly(NOON.minusSeconds(20));
		int before = this.stage.checkpoints();
		List<Schedule> bound = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			bound.add(registered("once." + i, at(3 + i)));
			this.stage.list(0, bound);
			this.stage.run(1);
		}
		this.stage.list(0, bound.subList(0, 50));
		this.stage.run(1);
		assertThat(this.stage.checkpoints()).isEqualTo(before);
		assertThat(this.stage.messages("added")).hasSize(100);
		for (int i = 0; i < 30; i++) {
			this.stage.list(0, List.of(registered("other", i + " * * * * *"), registered("late." + i, at(0))));
			this.stage.run(1);
			assertThat(this.stage.slots("late." + i)).containsExactly(NOON);
		}
		assertThat(this.stage.checkpoints()).isLessThanOrEqualTo(before + Ticker.AT_ONCE);
		assertThat(this.stage.ticks()).hasSize(1 + 100 + 30).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6 })
	void whenLeadersDieAtAnyMomentEachIsPublishedOnce(long seed) throws Exception {
		Random random = new Random(seed);
		Map<String, Schedule> bound = new TreeMap<>();
		TreeSet<String> slots = new TreeSet<>();
		this.stage.list(0, List.of());
		this.stage.lead(0);
		int end = 900;
		for (int second = 0; second < end; second++) {
			if (random.nextInt(4) == 0 && second < end - 200) {
				int slot = second + random.nextInt(100) - 60;
				bound.put("once." + second, registered("once." + second, at(slot)));
				slots.add("once." + second + "@" + NOON.plusSeconds(slot));
			}
			Map<String, Schedule> listed = new TreeMap<>(bound);
			// Workers that restart bind again, and the flapping one writes checkpoints.
			listed.values().removeIf((each) -> random.nextInt(10) == 0);
			if (random.nextInt(5) == 0) {
				listed.put("flapping", registered("flapping", random.nextInt(60) + " * * * * *"));
			}
			this.stage.list(0, listed.values());
			this.stage.list(1, listed.values());
			if (random.nextInt(30) == 0 && second < end - 100) {
				this.stage.kill(random.nextInt(5));
				this.stage.lead(random.nextInt(2));
			}
			this.stage.run(1);
		}
		slots.add("configured@" + NOON.minusSeconds(20));
		assertThat(this.stage.ticks().stream().map(String::valueOf).filter((tick) -> !tick.startsWith("flapping")))
			.containsExactlyInAnyOrderElementsOf(slots);
		assertThat(slots).hasSizeGreaterThan(100);
	}

}
