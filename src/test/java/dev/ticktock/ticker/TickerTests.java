package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import dev.ticktock.SettableClock;
import dev.ticktock.leader.Term;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import dev.ticktock.time.Throttle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static dev.ticktock.TestSchedules.configured;
import static dev.ticktock.TestSchedules.registered;
import static dev.ticktock.TestSchedules.schedules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link Ticker}, with time stepped by hand.
 */
class TickerTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private static final String MINUTELY = "0 * * * * *";

	private static final Schedule JOB = registered("job", "*/10 * * * * *", "5m");

	private final SettableClock clock = new SettableClock(NOON);

	private Stage stage;

	@BeforeEach
	void open() throws Exception {
		this.stage = new Stage(this.clock,
				schedules(configured("a", MINUTELY), configured("b", MINUTELY), configured("c", MINUTELY)), 2);
	}

	private static Instant at(long seconds) {
		return NOON.plusSeconds(seconds);
	}

	private void tickAt(long seconds) throws Exception {
		this.clock.set(at(seconds));
		this.stage.tick();
	}

	private Term leadFrom(long seconds) throws Exception {
		return this.stage.leadFrom(Cursor.at(at(seconds)));
	}

	private void register(String... events) {
		this.stage.list(0, Arrays.stream(events).map((event) -> registered(event, MINUTELY)).toList());
	}

	private void assertPublished(Cursor... ticks) {
		assertThat(this.stage.ticks()).containsExactly(ticks);
	}

	private static Cursor tick(long seconds, String event) {
		return new Cursor(at(seconds), event);
	}

	@Test
	void allMetersOfAScheduleAreThereAtZeroAsSoonAsItIsKnown() throws Exception {
		tickAt(0);
		assertThat(this.stage.meters.get("ticktock.ticks.published").tag("event", "c").counter().count()).isZero();
		assertThat(this.stage.meters.get("ticktock.tick.lag").tag("event", "c").timer().count()).isZero();
	}

	@Test
	void whatIsSkippedIsCountedByEventAndWrittenDownBeforeTheTicksThatFollow() throws Exception {
		this.stage.leadFrom(tick(0, "b"));
		tickAt(600);
		tickAt(601);
		assertThat(this.stage.meters.get("ticktock.ticks.skipped").tag("event", "c").counter().count()).isEqualTo(10);
		assertThat(this.stage.countSkipped()).isEqualTo(1 + 9 * 3);
		assertThat(this.stage.channel().published()).extracting((message) -> message.properties().getType())
			.containsExactly("checkpoint", "skipped", "tick", "tick", "tick");
		assertPublished(tick(600, "a"), tick(600, "b"), tick(600, "c"));
		assertThat(this.stage.skipped()).singleElement().satisfies((skipping) -> {
			assertThat(skipping.noticed()).isEqualTo(at(600));
			assertThat(skipping.slots()).containsExactly(new SkippedSlots("c", NOON, at(540), 10, false),
					new SkippedSlots("a", at(60), at(540), 9, false), new SkippedSlots("b", at(60), at(540), 9, false));
		});
	}

	/** A leader that wakes up has lost the baton, and others have published. */
	@Test
	void whatALeaderSkipsCountsOnceTheBrokerHasTheRecord() throws Exception {
		leadFrom(0);
		this.stage.confirmNothing();
		tickAt(600);
		tickAt(601);
		assertThat(this.stage.skipped()).hasSize(1);
		assertThat(this.stage.countSkipped()).isZero();
	}

	@Test
	void withoutATermNothingIsPublishedOrSkipped() throws Exception {
		for (int second = 0; second < 600; second++) {
			tickAt(second);
		}
		leadFrom(600);
		tickAt(601);
		assertPublished();
		assertThat(this.stage.countSkipped()).isZero();
	}

	@Test
	void aTermStartsAfterItsCursorWhateverTheTermBeforeHandedOver() throws Exception {
		leadFrom(0);
		tickAt(60);
		this.stage.kill(2);
		this.stage.leadFrom(tick(60, "a"));
		tickAt(70);
		assertPublished(tick(60, "a"), tick(60, "b"), tick(60, "c"));
	}

	@Test
	void whileTheBrokerTakesNoMessagesTicksWaitAndAreSkippedOnceExpired() throws Exception {
		leadFrom(0);
		tickAt(0);
		this.stage.channel().block();
		for (int second = 1; second < 150; second++) {
			tickAt(second);
		}
		this.stage.channel().unblock();
		tickAt(150);
		tickAt(151);
		assertPublished();
		assertThat(this.stage.skipped()).extracting(Skipping::reason, Skipping::since)
			.containsExactly(tuple(Reason.BLOCKED, at(1)));
		assertThat(this.stage.countSkipped()).isEqualTo(6);
	}

	@Test
	void theTermHearsUpToWhereNothingIsLeft() throws Exception {
		Term term = leadFrom(0);
		tickAt(59);
		assertThat(term.done()).isEqualTo(Cursor.at(at(59)));
		this.stage.channel().blockAfter(1);
		tickAt(60);
		tickAt(61);
		assertPublished(tick(60, "a"));
		assertThat(term.done()).isEqualTo(tick(60, "a"));
		this.stage.channel().unblock();
		tickAt(62);
		assertPublished(tick(60, "a"), tick(60, "b"), tick(60, "c"));
		assertThat(term.done()).isEqualTo(Cursor.at(at(62)));
	}

	@Test
	void aScheduleThatIsAddedOrRemovedIsCoveredAtOnceAndTheOthersKeepTheirPlace() throws Exception {
		leadFrom(0);
		tickAt(0);
		tickAt(1);
		assertThat(this.stage.checkpoints()).isOne();
		register("d");
		tickAt(60);
		assertThat(this.stage.checkpoints()).isEqualTo(2);
		assertPublished(tick(60, "a"), tick(60, "b"), tick(60, "c"));
		tickAt(120);
		assertThat(this.stage.slots("d")).containsExactly(at(120));
		register();
		tickAt(180);
		assertThat(this.stage.slots("d")).containsExactly(at(120));
		assertThat(this.stage.slots("a")).containsExactly(at(60), at(120), at(180));
	}

	@Test
	void changesThatGoOnAreGatheredAndTheTimetableKeepsToWhatIsCovered() throws Exception {
		leadFrom(0);
		tickAt(0);
		for (int i = 0; i < Ticker.AT_ONCE; i++) {
			register("x" + i);
			this.stage.tick();
		}
		assertThat(this.stage.checkpoints()).isEqualTo(1 + Ticker.AT_ONCE);
		register("z");
		tickAt(60);
		assertThat(this.stage.checkpoints()).isEqualTo(1 + Ticker.AT_ONCE);
		assertThat(this.stage.ticks()).extracting(Cursor::event)
			.containsExactly("a", "b", "c", "x" + (Ticker.AT_ONCE - 1));
		register("x" + (Ticker.AT_ONCE - 1));
		this.stage.pass(Throttle.PAUSE);
		this.stage.tick();
		assertThat(this.stage.checkpoints()).as("taken back").isEqualTo(1 + Ticker.AT_ONCE);
		register("z");
		this.stage.tick();
		tickAt(180);
		assertThat(this.stage.checkpoints()).isEqualTo(2 + Ticker.AT_ONCE);
		assertThat(this.stage.ticks()).last().isEqualTo(tick(180, "z"));
	}

	@Test
	void whatATickFailedToPublishTheNextPublishesAndNothingTwice() throws Exception {
		leadFrom(0);
		tickAt(0);
		this.stage.failAfter(1);
		tickAt(60);
		assertPublished(tick(60, "a"));
		tickAt(61);
		assertPublished(tick(60, "a"), tick(60, "b"), tick(60, "c"));
		assertThat(this.stage.countSkipped()).isZero();
	}

	private void publishTicksOfAJob() throws Exception {
		this.stage.list(0, List.of(JOB));
		this.stage.lead(0);
		this.stage.tick();
		this.stage.run(62);
		assertThat(this.stage.seconds("job")).containsExactly(10L, 20L, 30L, 40L, 50L, 60L);
	}

	/** The clock is set back by less than the tolerance. */
	@Test
	void aScheduleThatComesBackWithTheNextLeaderAndAnEarlierClockStartsAfterWhatWasPublished() throws Exception {
		publishTicksOfAJob();
		register();
		this.stage.run(1);
		this.clock.advance(Duration.ofSeconds(-50));
		this.stage.kill(0);
		this.stage.lead(1);
		this.stage.list(1, List.of(JOB));
		this.stage.tick();
		this.stage.run(70);
		assertThat(this.stage.seconds("job")).containsExactly(10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L);
	}

	/** The cursor has not reached the ticks that the broker has not taken yet. */
	@Test
	void aScheduleThatChangesWhileItsTicksWaitAndTheClockIsSetBackStartsAfterThem() throws Exception {
		publishTicksOfAJob();
		this.stage.run(45);
		this.stage.pass(Duration.ofSeconds(13));
		this.stage.channel().blockAfter(1);
		this.stage.tick();
		assertThat(this.stage.seconds("job")).endsWith(110L);
		this.clock.advance(Duration.ofSeconds(-15));
		this.stage.list(0, List.of(registered("job", "*/5 * * * * *", "5m")));
		this.stage.channel().unblock();
		this.stage.run(25);
		assertThat(this.stage.seconds("job")).containsExactly(10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L, 100L, 110L,
				120L, 125L, 130L);
		assertThat(this.stage.slots("a")).containsExactly(at(60), at(120));
	}

}
