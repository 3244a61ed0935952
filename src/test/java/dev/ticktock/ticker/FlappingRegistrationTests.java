package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

import dev.ticktock.SettableClock;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.time.Throttle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.ticktock.TestSchedules.configured;
import static dev.ticktock.TestSchedules.registered;
import static dev.ticktock.TestSchedules.schedules;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A worker that registers, changes and withdraws its schedule all the time, while two
 * other schedules stay, and many are due once: what the journal gets, and what is
 * published over takeovers.
 */
class FlappingRegistrationTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	/** The seconds between two readings of the bindings. */
	private static final int READING = 5;

	private static final Schedule STEADY = registered("steady", "*/2 * * * * *", "1h");

	private static final Schedule ONE = registered("flapping", "*/10 * * * * *", "1h");

	private static final Schedule OTHER = registered("flapping", "*/15 * * * * *", "1h");

	/** Seconds from a change of a binding until it is in force, with a takeover. */
	private static final int AT_MOST = (int) Throttle.PAUSE.toSeconds() + READING + 15;

	private final SettableClock clock = new SettableClock(NOON);

	private Stage stage;

	@BeforeEach
	void open() throws Exception {
		this.stage = new Stage(this.clock, schedules(configured("configured", "*/3 * * * * *", "1h")), 2);
	}

	private static Schedule once(String event, int second) {
		return registered(event, "@at " + NOON.plusSeconds(second), "10m");
	}

	@Test
	void changesOfTheOthersDoNotHoldUpWhatIsDueOnceNorWriteCheckpointsForIt() throws Exception {
		this.stage = new Stage(this.clock, schedules(configured("configured", "@at " + NOON.minusSeconds(20), "1h")),
				1);
		this.stage.list(0, List.of());
		this.stage.lead(0);
		this.stage.run(1);
		assertThat(this.stage.slots("configured")).containsExactly(NOON.minusSeconds(20));
		int before = this.stage.checkpoints();
		List<Schedule> bound = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			bound.add(once("once." + i, 3 + i));
			this.stage.list(0, bound);
			this.stage.run(1);
		}
		this.stage.list(0, bound.subList(0, 50));
		this.stage.run(1);
		assertThat(this.stage.checkpoints()).isEqualTo(before);
		assertThat(this.stage.messages("added")).hasSize(100);
		for (int i = 0; i < 30; i++) {
			this.stage.list(0, List.of(registered("other", i + " * * * * *", "10m"), once("late." + i, 0)));
			this.stage.run(1);
			assertThat(this.stage.slots("late." + i)).containsExactly(NOON);
		}
		assertThat(this.stage.checkpoints()).isLessThanOrEqualTo(before + Ticker.AT_ONCE);
		assertThat(this.stage.ticks()).hasSize(1 + 100 + 30).doesNotHaveDuplicates();
	}

	/** Workers that restart bind what is due once again. */
	private void list(int replica, @Nullable Schedule flapping, List<Schedule> once, Random random) {
		List<Schedule> listed = new ArrayList<>(once);
		listed.removeIf((each) -> random.nextInt(10) == 0);
		listed.add(STEADY);
		if (flapping != null) {
			listed.add(flapping);
		}
		this.stage.list(replica, listed);
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4 })
	void whenLeadersDieAtAnyMomentNothingIsLostOrDoubled(long seed) throws Exception {
		Random random = new Random(seed);
		List<@Nullable Schedule> bound = new ArrayList<>();
		Schedule flapping = null;
		int leader = 0;
		int deaths = 0;
		List<Schedule> once = new ArrayList<>();
		List<Cursor> dueOnce = new ArrayList<>();
		list(0, flapping, once, random);
		this.stage.lead(leader);
		int end = 1800;
		for (int second = 0; second < end; second++) {
			bound.add(flapping);
			if (random.nextInt(8) == 0 && second < end - 200) {
				int slot = second + random.nextInt(100) - 60;
				once.add(once("once." + second, slot));
				dueOnce.add(new Cursor(NOON.plusSeconds(slot), "once." + second));
			}
			for (int replica = 0; replica < 2; replica++) {
				if ((second + 2 * replica) % READING == 0) {
					list(replica, flapping, once, random);
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
					list(leader, flapping, once, random);
				}
				this.stage.tick();
			}
			else {
				this.stage.run(1);
			}
		}
		assertThat(deaths).isGreaterThan(20);
		assertThat(this.stage.ticks()).doesNotHaveDuplicates();
		assertThat(this.stage.ticks()).filteredOn((tick) -> tick.toString().startsWith("once."))
			.containsExactlyInAnyOrderElementsOf(dueOnce)
			.hasSizeGreaterThan(100);
		assertThat(this.stage.seconds("configured")).containsExactlyInAnyOrderElementsOf(slots(3, 3, end));
		// It was registered before the first tick, so it is new then.
		assertThat(this.stage.seconds("steady")).containsExactlyInAnyOrderElementsOf(slots(2, 2, end));
		List<Long> flapped = this.stage.seconds("flapping");
		// One is bound from 300 to 600, the other from 900 to 1200.
		assertThat(flapped).containsAll(slots(10, 390, 520)).containsAll(slots(15, 990, 1110));
		assertThat(flapped)
			.allSatisfy((slot) -> assertThat(bound.subList(Math.max(0, slot.intValue() - AT_MOST), slot.intValue()))
				.anyMatch((schedule) -> isDue(schedule, slot)));
	}

	private static List<Long> slots(int period, int from, int to) {
		return LongStream.iterate(from, (slot) -> slot <= to, (slot) -> slot + period).boxed().toList();
	}

	private static boolean isDue(@Nullable Schedule schedule, long slot) {
		return schedule != null && slot % (schedule.equals(ONE) ? 10 : 15) == 0;
	}

}
