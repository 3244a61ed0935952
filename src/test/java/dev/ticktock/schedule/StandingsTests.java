package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

import dev.ticktock.schedule.Progress.CatchingUp;
import dev.ticktock.schedule.Progress.Current;
import dev.ticktock.schedule.Progress.New;
import dev.ticktock.schedule.Progress.Unconfirmed;
import dev.ticktock.schedule.Schedule.Defaults;
import dev.ticktock.schedule.Schedule.Origin;
import dev.ticktock.schedule.Standings.Newcomers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Standings}.
 */
class StandingsTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Instant NOW = SLOT.plusSeconds(30);

	private static final Defaults DEFAULTS = new Defaults(ZoneOffset.UTC, Duration.ofHours(12));

	private static final Schedule CONFIGURED = schedule(Origin.CONFIGURED, "a.job", "0 * * * * *");

	private static final Schedule JOB = schedule(Origin.REGISTERED, "job", "0 * * * * *");

	private final Standings standings = new Standings(Cursor.at(SLOT), Newcomers.FROM_NOW);

	private static Schedule schedule(Origin origin, String event, String line) {
		return Schedule.parse(origin, event, line, null, null, DEFAULTS);
	}

	private static Schedules schedules(Schedule... schedules) {
		Map<String, Schedule> byEvent = new HashMap<>();
		for (Schedule schedule : schedules) {
			byEvent.put(schedule.event(), schedule);
		}
		return Schedules.of(byEvent);
	}

	private static Standing standing(Schedule schedule, Progress progress) {
		return Standing.of(schedule, progress);
	}

	private void restore(Cursor cursor, Map<String, Standing> standings) {
		this.standings.restore(new Checkpoint(cursor, standings));
	}

	private Progress progress(Standings standings, Schedule schedule) {
		Standing standing = standings.checkpoint().standings().get(schedule.event());
		return Objects.requireNonNull(standing, "it is covered").progress();
	}

	/** The table in the documentation of {@link Standings}, at a cursor of 10. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Current        | listed        | Current
			Current        | unlisted      | Unconfirmed(10)
			Current        | published(12) | Current
			Current        | caughtUp      | Current
			New(9)         | listed        | New(9)
			New(11)        | unlisted      | Unconfirmed(11)
			New(9)         | unlisted      | Unconfirmed(10)
			New(9)         | published(12) | New(9)
			New(9)         | caughtUp      | Current
			New(10)        | caughtUp      | New(10)
			New(11)        | caughtUp      | New(11)
			Unconfirmed(5) | listed        | CatchingUp(5)
			Unconfirmed(5) | unlisted      | Unconfirmed(5)
			Unconfirmed(5) | published(7)  | Unconfirmed(7)
			Unconfirmed(5) | published(4)  | Unconfirmed(5)
			Unconfirmed(5) | caughtUp      | Unconfirmed(5)
			CatchingUp(5)  | listed        | CatchingUp(5)
			CatchingUp(5)  | unlisted      | Unconfirmed(5)
			CatchingUp(5)  | published(7)  | CatchingUp(7)
			CatchingUp(5)  | published(4)  | CatchingUp(5)
			CatchingUp(5)  | caughtUp      | Current
			CatchingUp(11) | caughtUp      | New(11)
			""")
	void progressChangesAsTheTableSays(String before, String what, String after) {
		assertThat(transition(what).apply(progress(before))).isEqualTo(progress(after));
	}

	private static Progress progress(String text) {
		if ("Current".equals(text)) {
			return new Current();
		}
		Instant instant = argument(text);
		return switch (text.substring(0, text.indexOf('('))) {
			case "New" -> new New(instant);
			case "Unconfirmed" -> new Unconfirmed(instant);
			case "CatchingUp" -> new CatchingUp(instant);
			default -> throw new IllegalArgumentException(text);
		};
	}

	private static UnaryOperator<Progress> transition(String text) {
		Instant reached = Instant.ofEpochSecond(10);
		return switch (text) {
			case "listed" -> Progress::listed;
			case "unlisted" -> (progress) -> progress.unlisted(reached);
			case "caughtUp" -> (progress) -> progress.caughtUp(reached);
			default -> (progress) -> progress.published(argument(text));
		};
	}

	private static Instant argument(String text) {
		return Instant.ofEpochSecond(Long.parseLong(text.replaceAll("\\D", "")));
	}

	@Test
	void aScheduleThatWasCoveredGoesOnAfterTheCursor() {
		restore(Cursor.at(SLOT.minusSeconds(60)), Map.of("a.job", standing(CONFIGURED, new Current())));
		this.standings.published("a.job", SLOT.plusSeconds(60));
		assertThat(this.standings.forTerm().cover(schedules(CONFIGURED), true, NOW).apply(CONFIGURED))
			.isEqualTo(new Cursor(SLOT.plusSeconds(60), "a.job"));
	}

	@Test
	void aScheduleThatIsNewOrHasAnotherLineStartsNow() {
		restore(Cursor.at(SLOT), Map.of("a.job", standing(CONFIGURED, new Current())));
		Schedule other = schedule(Origin.CONFIGURED, "a.job", "30 * * * * *");
		Schedule added = schedule(Origin.CONFIGURED, "added", "0 * * * * *");
		var starts = this.standings.forTerm().cover(schedules(other, added), true, NOW);
		assertThat(starts.apply(other)).isEqualTo(Cursor.at(NOW));
		assertThat(starts.apply(added)).isEqualTo(Cursor.at(NOW));
	}

	@Test
	void aScheduleInOtherWordsIsCovered() {
		restore(Cursor.at(SLOT), Map.of("a.job", new Standing("CRON_TZ=Z 0 0 9 * * MON-FRI", false, new Current())));
		Schedule same = schedule(Origin.CONFIGURED, "a.job", "0 0 9 * * 1-5");
		assertThat(this.standings.forTerm().cover(schedules(same), true, NOW).apply(same)).isEqualTo(Cursor.at(SLOT));
	}

	@Test
	void aScheduleThatWasNewLatelyStartsWhereItWasNew() {
		Instant since = SLOT.plusSeconds(10);
		restore(Cursor.at(SLOT), Map.of("a.job", standing(CONFIGURED, new New(since))));
		assertThat(this.standings.forTerm().cover(schedules(CONFIGURED), true, NOW).apply(CONFIGURED))
			.isEqualTo(Cursor.at(since));
		this.standings.published("other", SLOT.plusSeconds(20));
		assertThat(this.standings.forTerm().cover(schedules(CONFIGURED), true, NOW).apply(CONFIGURED))
			.isEqualTo(new Cursor(SLOT.plusSeconds(20), "other"));
	}

	@Test
	void aScheduleThatComesAfterTheClockWasSetBackStartsAfterTheCursor() {
		this.standings.published("a.job", SLOT.plusSeconds(60));
		this.standings.cover(schedules(), true, NOW);
		assertThat(this.standings.cover(schedules(JOB), true, SLOT.minusSeconds(100)).apply(JOB))
			.isEqualTo(Cursor.at(SLOT.plusSeconds(60)));
	}

	@Test
	void registeredSchedulesAreUnconfirmedWhenATermBegins() {
		Schedule z = schedule(Origin.REGISTERED, "z", "0 * * * * *");
		restore(Cursor.at(SLOT.minusSeconds(60)), Map.of("a.job", standing(CONFIGURED, new Current()), "job",
				standing(JOB, new Current()), "z", standing(z, new Current())));
		Instant slot = SLOT.plusSeconds(60);
		this.standings.published("m", slot);
		Standings term = this.standings.forTerm();
		term.cover(schedules(CONFIGURED), false, NOW);
		assertThat(progress(term, CONFIGURED)).isEqualTo(new Current());
		assertThat(progress(term, JOB)).isEqualTo(new Unconfirmed(slot));
		assertThat(progress(term, z)).isEqualTo(new Unconfirmed(slot.minusNanos(1)));
		assertThat(term.cover(schedules(CONFIGURED, z), true, NOW).apply(z)).isEqualTo(Cursor.at(slot.minusNanos(1)));
		assertThat(term.checkpoint().standings()).containsOnlyKeys("a.job", "z");
		assertThat(progress(term, z)).isEqualTo(new CatchingUp(slot.minusNanos(1)));
	}

	/**
	 * A leader that writes a checkpoint between two batches of a catch-up, and dies, must
	 * not leave ticks to be published again.
	 */
	@Test
	void aCheckpointInTheMiddleOfACatchUpSaysHowFarItIs() {
		Instant done = SLOT.minusSeconds(600);
		restore(Cursor.at(SLOT), Map.of("job", standing(JOB, new Unconfirmed(done))));
		Standings term = this.standings.forTerm();
		term.cover(schedules(JOB), true, NOW);
		term.published("job", done.plusSeconds(60));
		term.published("job", done.plusSeconds(120));
		Checkpoint between = term.checkpoint();
		Standings next = new Standings(Cursor.at(SLOT), Newcomers.FROM_NOW);
		next.restore(between);
		next.published("job", done.plusSeconds(180));
		assertThat(next.forTerm().cover(schedules(JOB), true, NOW).apply(JOB))
			.isEqualTo(Cursor.at(done.plusSeconds(180)));
	}

	@Test
	void whatIsKnownToBePublishedStaysPublishedWhateverACheckpointSays() {
		Instant done = SLOT.minusSeconds(600);
		Map<String, Standing> late = Map.of("job", standing(JOB, new Unconfirmed(done)));
		restore(Cursor.at(SLOT), late);
		this.standings.published("job", done.plusSeconds(60));
		restore(Cursor.at(SLOT), late);
		assertThat(progress(this.standings, JOB)).isEqualTo(new Unconfirmed(done.plusSeconds(60)));
	}

	@Test
	void aCatchUpEndsOnceEverythingDueHasBeenPublished() {
		restore(Cursor.at(SLOT), Map.of("job", standing(JOB, new Unconfirmed(SLOT.minusSeconds(600)))));
		Standings term = this.standings.forTerm();
		term.cover(schedules(JOB), true, NOW);
		term.published("other", SLOT.plusSeconds(1));
		assertThat(term.caughtUp()).isTrue();
		assertThat(progress(term, JOB)).isEqualTo(new Current());
		assertThat(term.caughtUp()).isFalse();
	}

	@Test
	void whereNobodyEverLedConfiguredSchedulesAreDueSinceTheCursorAndRegisteredOnesFromNow() {
		Standings first = new Standings(Cursor.at(SLOT), Newcomers.CONFIGURED_FROM_CURSOR);
		var starts = first.cover(schedules(CONFIGURED, JOB), true, NOW);
		assertThat(starts.apply(CONFIGURED)).isEqualTo(Cursor.at(SLOT));
		assertThat(starts.apply(JOB)).isEqualTo(Cursor.at(NOW));
		Schedule later = schedule(Origin.CONFIGURED, "later", "0 * * * * *");
		assertThat(first.cover(schedules(CONFIGURED, JOB, later), true, NOW.plusSeconds(5)).apply(later))
			.isEqualTo(Cursor.at(NOW.plusSeconds(5)));
	}

	@Test
	void whereOnlyTheCursorIsKnownEverythingGoesOnAfterIt() {
		Standings without = new Standings(Cursor.at(SLOT), Newcomers.FROM_CURSOR);
		var starts = without.cover(schedules(CONFIGURED, JOB), true, NOW);
		assertThat(starts.apply(CONFIGURED)).isEqualTo(Cursor.at(SLOT));
		assertThat(starts.apply(JOB)).isEqualTo(Cursor.at(SLOT));
	}

	@Test
	void configuredSchedulesThatDifferAreNamed() {
		restore(Cursor.at(SLOT), Map.of("a.job", new Standing("@every PT1M", false, new Current()), "theirs",
				new Standing("@every PT1M", false, new Current()), "job", standing(JOB, new Current())));
		Schedule mine = schedule(Origin.CONFIGURED, "mine", "0 * * * * *");
		Schedule registered = schedule(Origin.REGISTERED, "registered", "0 * * * * *");
		assertThat(this.standings.differences(schedules(CONFIGURED, mine, registered))).containsExactly("a.job", "mine",
				"theirs");
	}

	@Test
	void aScheduleIsDoneUpToTheCursorOrUntilItWasNew() {
		assertThat(this.standings.doneUntil(JOB)).isNull();
		this.standings.cover(schedules(JOB), true, NOW);
		assertThat(this.standings.doneUntil(JOB)).isEqualTo(NOW);
		assertThat(this.standings.doneUntil(schedule(Origin.REGISTERED, "job", "1 * * * * *"))).isNull();
		this.standings.published("job", NOW.plusSeconds(30));
		assertThat(this.standings.doneUntil(JOB)).isEqualTo(NOW.plusSeconds(30));
	}

}
