package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.ticktock.SettableClock;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A clock that is set back by less than the tolerance, while a worker withdraws its
 * schedule, registers it again or changes it: no slot is published twice.
 */
class ClockSetBackTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private static final Schedule OTHER = Stage.registered("other", "0 * * * * *", "5m");

	private static final Schedule JOB = Stage.registered("job", "*/10 * * * * *", "5m");

	private static final Schedule CHANGED = Stage.registered("job", "*/5 * * * * *", "5m");

	private final SettableClock clock = new SettableClock(NOON);

	private Stage stage;

	@BeforeEach
	void lead() throws Exception {
		this.stage = new Stage(this.clock, Schedules.of(Map.of()), 2);
		list(JOB);
		this.stage.lead(0);
		this.stage.tick();
		this.stage.run(62);
		assertThat(this.stage.slots("job")).hasSize(6).endsWith(NOON.plusSeconds(60));
	}

	private void list(Schedule... job) {
		this.stage.list(0, Stream.concat(Stream.of(OTHER), Stream.of(job)).toList());
	}

	private void setBack(int seconds) {
		this.clock.advance(Duration.ofSeconds(-seconds));
	}

	private List<Instant> slots(int... seconds) {
		return Arrays.stream(seconds).mapToObj(NOON::plusSeconds).toList();
	}

	@Test
	void aScheduleThatIsRemovedAndComesBackStartsAfterWhatWasPublished() throws Exception {
		setBack(50);
		list();
		this.stage.run(1);
		list(JOB);
		this.stage.run(70);
		assertThat(this.stage.slots("job")).isEqualTo(slots(10, 20, 30, 40, 50, 60, 70, 80));
		assertThat(this.stage.slots("other")).isEqualTo(slots(60));
	}

	@Test
	void aScheduleThatChangesStartsAfterWhatWasPublished() throws Exception {
		setBack(50);
		list(CHANGED);
		this.stage.run(65);
		assertThat(this.stage.slots("job")).isEqualTo(slots(10, 20, 30, 40, 50, 60, 65, 70, 75));
	}

	@Test
	void theSameHoldsForTheNextLeader() throws Exception {
		list();
		this.stage.run(1);
		setBack(50);
		this.stage.kill(0);
		this.stage.lead(1);
		this.stage.list(1, List.of(OTHER, JOB));
		this.stage.tick();
		this.stage.run(70);
		assertThat(this.stage.slots("job")).isEqualTo(slots(10, 20, 30, 40, 50, 60, 70, 80));
	}

	/** The cursor has not reached the ticks that the broker has not taken yet. */
	@Test
	void aScheduleThatChangesWhileItsTicksWaitStartsAfterThem() throws Exception {
		this.stage.run(45);
		this.stage.pass(Duration.ofSeconds(13));
		this.stage.channel().blockAfter(1);
		this.stage.tick();
		assertThat(this.stage.slots("job")).endsWith(NOON.plusSeconds(110));
		setBack(15);
		list(CHANGED);
		this.stage.channel().unblock();
		this.stage.run(25);
		assertThat(this.stage.slots("job"))
			.isEqualTo(slots(10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 125, 130));
		assertThat(this.stage.slots("other")).isEqualTo(slots(60, 120));
	}

}
