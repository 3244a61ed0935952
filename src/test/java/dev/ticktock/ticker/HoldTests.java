package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.ticktock.SettableClock;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static dev.ticktock.TestSchedules.configured;
import static dev.ticktock.TestSchedules.registered;
import static dev.ticktock.TestSchedules.schedules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for events on hold, with leaders that come and go and time stepped by hand. Their
 * ticks are valid for an hour, so whatever is not done would be caught up.
 */
class HoldTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private static final String EACH_TEN = "*/10 * * * * *";

	private final SettableClock clock = new SettableClock(NOON);

	private Stage stage;

	@BeforeEach
	void open() throws Exception {
		this.stage = new Stage(this.clock,
				schedules(configured("report.nightly", EACH_TEN, "1h"), configured("other", EACH_TEN, "1h")), 2);
		this.stage.lead(0);
		this.stage.hold(0);
		this.stage.run(20);
	}

	@Test
	void theSlotsOfAnEventOnHoldPassWithoutATickAndAreNotSkipped() throws Exception {
		this.stage.hold(0, "report.#");
		this.stage.run(25);
		this.stage.hold(0);
		this.stage.run(15);
		assertThat(this.stage.seconds("report.nightly")).containsExactly(10L, 20L, 50L, 60L);
		assertThat(this.stage.seconds("other")).containsExactly(10L, 20L, 30L, 40L, 50L, 60L);
		assertThat(this.stage.skipped()).extracting(Skipping::reason).containsOnly(Reason.HELD);
		assertThat(this.stage.skipped()).flatExtracting(Skipping::slots)
			.extracting(SkippedSlots::event, SkippedSlots::first)
			.containsExactly(tuple("report.nightly", NOON.plusSeconds(30)),
					tuple("report.nightly", NOON.plusSeconds(40)));
		assertThat(this.stage.countSkipped()).isZero();
	}

	@Test
	void aLeaderThatCannotReadTheBindingsDoesNotStartWhatWasHeld() throws Exception {
		this.stage.hold(0, "report.nightly");
		this.stage.run(9);
		this.stage.kill(0);
		this.stage.pass(Duration.ofSeconds(1));
		this.stage.lead(1);
		this.stage.run(20);
		assertThat(this.stage.seconds("report.nightly")).containsExactly(10L, 20L);
		this.stage.kill(0);
		this.stage.lead(0);
		this.stage.run(10);
		assertThat(this.stage.seconds("report.nightly")).containsExactly(10L, 20L);
		this.stage.hold(0);
		this.stage.run(10);
		assertThat(this.stage.seconds("report.nightly")).containsExactly(10L, 20L, 70L);
	}

	@Test
	void whatEndsWhileThereIsNoLeaderIsNotCaughtUp() throws Exception {
		this.stage.hold(0, "report.nightly");
		this.stage.run(5);
		this.stage.kill(0);
		this.stage.pass(Duration.ofSeconds(30));
		this.stage.lead(1);
		this.stage.hold(1);
		this.stage.run(10);
		assertThat(this.stage.seconds("report.nightly")).containsExactly(10L, 20L, 60L);
		assertThat(this.stage.seconds("other")).containsExactly(10L, 20L, 30L, 40L, 50L, 60L);
	}

	@Test
	void whatALeaderHasEndedIsNotHeldAgainByAnOlderListing() throws Exception {
		this.stage.hold(1, "report.nightly");
		this.stage.kill(0);
		this.stage.pass(Duration.ofSeconds(5));
		this.stage.lead(1);
		this.stage.run(5);
		assertThat(this.stage.seconds("report.nightly")).containsExactly(10L, 20L, 30L);
		this.stage.hold(1, "report.nightly");
		this.stage.run(10);
		assertThat(this.stage.seconds("report.nightly")).containsExactly(10L, 20L, 30L);
	}

	@Test
	void aTickThatWaitsForTheBrokerIsHeldAsWell() throws Exception {
		this.stage.pass(Duration.ofSeconds(9));
		this.stage.channel().blockAfter(1);
		this.stage.run(1);
		this.stage.hold(0, "#");
		this.stage.pass(Duration.ofMinutes(5));
		this.stage.channel().unblock();
		this.stage.run(1);
		assertThat(this.stage.ticks()).hasSize(5);
	}

	@Test
	void whatIsHeldAndWhatIsNotDoesNotWaitForOtherChanges() throws Exception {
		for (int i = 0; i < 2 * Ticker.AT_ONCE; i++) {
			this.stage.list(0, (i % 2 == 0) ? List.of(registered("flapping", EACH_TEN)) : List.of());
			this.stage.tick();
		}
		this.stage.hold(0, "other");
		this.stage.run(10);
		this.stage.hold(0);
		this.stage.run(10);
		assertThat(this.stage.seconds("other")).containsExactly(10L, 20L, 40L);
	}

}
