package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import dev.ticktock.SettableClock;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.Schedules;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A worker that registers, changes and withdraws its schedule all the time, while two
 * other schedules stay: what the journal gets, and what is published over takeovers.
 */
class FlappingRegistrationTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	/** The seconds between two readings of the bindings. */
	private static final int READING = 5;

	private static final Schedule STEADY = Stage.registered("steady", "*/2 * * * * *", "1h");

	private static final Schedule ONE = Stage.registered("flapping", "*/10 * * * * *", "1h");

	private static final Schedule OTHER = Stage.registered("flapping", "*/15 * * * * *", "1h");

	/** Seconds from a change of a binding until it is in force, with a takeover. */
	private static final int AT_MOST = (int) Ticker.PAUSE.toSeconds() + READING + 15;

	private final SettableClock clock = new SettableClock(NOON);

	private Stage stage;

	@BeforeEach
	void open() throws Exception {
		Schedule configured = Schedule.parse(Origin.CONFIGURED, "configured", "*/3 * * * * *", null, "1h",
				new Defaults(ZoneOffset.UTC, Duration.ofHours(12)));
		this.stage = new Stage(this.clock, Schedules.of(Map.of("configured", configured)), 2);
	}

	private static List<Schedule> with(@Nullable Schedule flapping) {
		return (flapping != null) ? List.of(STEADY, flapping) : List.of(STEADY);
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void whenLeadersDieAtAnyMomentNothingIsLostOrDoubled(long seed) throws Exception {
		Random random = new Random(seed);
		List<@Nullable Schedule> bound = new ArrayList<>();
		Schedule flapping = null;
		int leader = 0;
		int deaths = 0;
		this.stage.list(0, with(flapping));
		this.stage.lead(leader);
		int end = 1800;
		for (int second = 0; second < end; second++) {
			bound.add(flapping);
			for (int replica = 0; replica < 2; replica++) {
				if ((second + 2 * replica) % READING == 0) {
					this.stage.list(replica, with(flapping));
				}
			}
			if (second % 600 < 300 && random.nextInt(8) == 0) {
				flapping = random.nextBoolean() ? null : random.nextBoolean() ? ONE : OTHER;
			}
			else if (second % 600 == 300) {
				flapping = (second % 1200 == 300) ? ONE : OTHER;
			}
			if (random.nextInt(40) == 0 && second < end - 100) {
				this.stage.kill(random.nextInt(7));
				this.stage.pass(Duration.ofSeconds(1));
				leader = random.nextInt(2);
				this.stage.lead(leader);
				deaths++;
				if (random.nextBoolean()) {
					// Discovery was faster than the ticker.
					this.stage.list(leader, with(flapping));
				}
				this.stage.tick();
			}
			else {
				this.stage.run(1);
			}
		}
		assertThat(deaths).isGreaterThan(20);
		assertThat(this.stage.ticks()).doesNotHaveDuplicates();
		assertThat(this.stage.slots("configured")).containsExactlyInAnyOrderElementsOf(everySlot(3, end));
		// It was registered before the first tick, so it is new then.
		assertThat(this.stage.slots("steady")).containsExactlyInAnyOrderElementsOf(everySlot(2, end));
		assertThat(offsets("flapping")).containsAll(certain(bound, ONE, 10)).containsAll(certain(bound, OTHER, 15));
		assertThat(certain(bound, ONE, 10)).hasSizeGreaterThan(20);
		assertThat(certain(bound, OTHER, 15)).hasSizeGreaterThan(5);
		assertThat(offsets("flapping"))
			.allSatisfy((slot) -> assertThat(bound.subList(Math.max(0, slot - AT_MOST), slot))
				.anyMatch((schedule) -> isDue(schedule, slot)));
	}

	private static List<Instant> everySlot(int period, int end) {
		return LongStream.iterate(period, (slot) -> slot <= end, (slot) -> slot + period)
			.mapToObj(NOON::plusSeconds)
			.toList();
	}

	private List<Integer> offsets(String event) {
		return this.stage.slots(event).stream().map((slot) -> (int) Duration.between(NOON, slot).toSeconds()).toList();
	}

	/**
	 * Returns the slots for which a schedule was bound long enough before, and is after.
	 */
	private static List<Integer> certain(List<@Nullable Schedule> bound, Schedule schedule, int period) {
		Predicate<Integer> isBoundAround = (slot) -> bound.subList(slot - AT_MOST, slot + AT_MOST)
			.stream()
			.allMatch((each) -> schedule.equals(each));
		return IntStream.iterate(period, (slot) -> slot < bound.size() - AT_MOST, (slot) -> slot + period)
			.boxed()
			.filter((slot) -> slot > AT_MOST)
			.filter(isBoundAround)
			.toList();
	}

	private static boolean isDue(@Nullable Schedule schedule, int slot) {
		return schedule != null && slot % (schedule.equals(ONE) ? 10 : 15) == 0;
	}

}
