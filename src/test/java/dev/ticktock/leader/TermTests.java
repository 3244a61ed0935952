package dev.ticktock.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.ticktock.SettableClock;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.Topology;
import dev.ticktock.journal.ClockTolerance;
import dev.ticktock.journal.Ledger;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Checkpoint.Covered;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Hold;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Progress;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.RecordedChannel.Message;
import dev.ticktock.support.SettableUptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.ticktock.TestSchedules.configured;
import static dev.ticktock.TestSchedules.registered;
import static dev.ticktock.TestSchedules.schedules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Term}.
 */
@ExtendWith(OutputCaptureExtension.class)
class TermTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Schedule JOB = registered("job", "0 * * * * *", "1h");

	private static final Trust TRUST = new Trust("me", List.of());

	private static final JournalDecoder DECODER = new JournalDecoder(
			new Topology("exchange", "exchange.leader", "journal"), TRUST);

	private static final Schedules SCHEDULES = schedules(JOB);

	private final SettableClock clock = new SettableClock(SLOT.plusSeconds(30));

	private final List<String> heard = new ArrayList<>();

	private final SettableUptime uptime = new SettableUptime();

	private final Ledger ledger = new Ledger(DECODER, new ClockTolerance(this.clock, Duration.ofMinutes(5)), List.of(),
			new SimpleMeterRegistry(), this.uptime);

	private RecordedChannel recorded;

	@BeforeEach
	void open() throws Exception {
		this.recorded = new RecordedChannel();
	}

	private Term term(Progress progress) throws Exception {
		return new Term("term", ConfirmChannel.on(this.recorded.channel(), this.uptime), "exchange.out", "journal",
				new TickMessage(this.clock, "me", Dialect.RABBITMQ), progress, this.uptime.now(), TRUST, this.clock,
				(tick, correlationId, accepted) -> {
				});
	}

	private static Progress doneUntil(Instant done) {
		return restored(Map.of("job", new Covered(JOB.definition(), true, done, null)));
	}

	private static Progress restored(Map<String, Covered> schedules) {
		Progress progress = Progress.beforeAnyLeader(Cursor.at(SLOT));
		progress.restore(new Checkpoint(Cursor.at(SLOT), schedules, Holds.NONE));
		return progress;
	}

	private static Tick tick(Instant slot) {
		return new Tick("job", slot, null, null, SLOT.plusSeconds(3600), null);
	}

	private void readAll() {
		this.recorded.published()
			.forEach((message) -> this.ledger.read(message.envelope(), message.properties(), message.body()));
	}

	@Test
	void whatIsSkippedIsARecordThatMovesTheScheduleUnlessItWasDueBeforeTheFirstTermOfAll() throws Exception {
		Schedule configured = configured("job", "0 * * * * *", "1h");
		Term term = term(Progress.beforeAnyLeader(Cursor.at(SLOT)));
		assertThat(term.cover(schedules(configured)).apply(configured)).isEqualTo(SLOT);
		term.skipped(skipping(SLOT.plusSeconds(60)), () -> this.heard.add("written"));
		term.caughtUp(SLOT.plusSeconds(70));
		readAll();
		assertThat(this.recorded.published("skipped")).isEmpty();
		assertThat(this.ledger.doneUntil(configured)).isEqualTo(SLOT.plusSeconds(60));
		term.skipped(skipping(SLOT.plusSeconds(120)), () -> this.heard.add("written"));
		assertThat(this.recorded.published("skipped")).hasSize(1);
		assertThat(this.heard).isEmpty();
		this.recorded.confirm(this.recorded.published().size(), true);
		assertThat(this.heard).containsExactly("written");
		readAll();
		assertThat(this.ledger.doneUntil(configured)).isEqualTo(SLOT.plusSeconds(120));
	}

	private static Skipping skipping(Instant slot) {
		return new Skipping(Reason.LATE, null, slot, List.of(new SkippedSlots("job", slot, slot, 1, false)));
	}

	@Test
	void whatHasExpiredIsNotHandedOver() throws Exception {
		Term term = term(doneUntil(SLOT));
		Tick expired = new Tick("job", SLOT.plusSeconds(60), null, null, this.clock.instant(), null);
		assertThat(term.publish(List.of(tick(SLOT.plusSeconds(30)), expired, tick(SLOT.plusSeconds(90))))).isOne();
		assertThat(term.cursor()).isEqualTo(new Cursor(SLOT.plusSeconds(30), "job"));
	}

	/** A schedule that came after the clock was set back has slots between the two. */
	@Test
	void itIsDoneUpToTheLastTickOrTheInstantThatTheTickerHasReachedButNotBeyondThePresent() throws Exception {
		Term term = term(doneUntil(SLOT));
		assertThat(term.done()).isEqualTo(Cursor.at(SLOT));
		term.caughtUp(SLOT.plusSeconds(25));
		assertThat(term.done()).isEqualTo(Cursor.at(SLOT.plusSeconds(25)));
		assertThat(term.cursor()).isEqualTo(Cursor.at(SLOT));
		term.publish(List.of(tick(SLOT.plusSeconds(26))));
		assertThat(term.done()).isEqualTo(new Cursor(SLOT.plusSeconds(26), "job"));
		term.caughtUp(SLOT.plusSeconds(30));
		this.clock.set(SLOT.plusSeconds(28));
		assertThat(term.done()).isEqualTo(Cursor.at(SLOT.plusSeconds(28)));
		this.clock.set(SLOT.minusSeconds(60));
		assertThat(term.done()).isEqualTo(new Cursor(SLOT.plusSeconds(26), "job"));
	}

	@Test
	void aTermThatHasEndedPublishesNothing() throws Exception {
		Term term = term(doneUntil(SLOT));
		term.finish();
		assertThatExceptionOfType(TermEndedException.class)
			.isThrownBy(() -> term.publish(List.of(tick(SLOT.plusSeconds(60)))));
		assertThatExceptionOfType(TermEndedException.class).isThrownBy(() -> term.cover(SCHEDULES));
		assertThat(this.recorded.published()).extracting(Message::key).isEmpty();
	}

	@Test
	void schedulesThatOnlyTheLeaderBeforeHasAreNamedWhenTheTermBegins(CapturedOutput output) throws Exception {
		Term term = term(restored(Map.of("job", new Covered(JOB.definition(), true, SLOT, null), "new.job",
				new Covered("@every PT1M", false, SLOT, null))));
		term.cover(SCHEDULES);
		term.cover(SCHEDULES);
		assertThat(output)
			.containsOnlyOnce("had 1 more configured schedules, which are no longer published: [new.job]");
	}

	/** Otherwise readers would keep all of them for as long as few records come. */
	@Test
	void manySchedulesThatAreDueOnceLeadToACheckpoint() throws Exception {
		Term term = term(restored(Map.of()));
		int half = Term.ADDED / 2 + 1;
		for (int from : new int[] { 0, half, 2 * half }) {
			term.cover(schedules(IntStream.range(from, from + half)
				.mapToObj((i) -> registered("once." + i, "@at 2026-03-02T00:00"))
				.toArray(Schedule[]::new)));
		}
		assertThat(this.recorded.published()).extracting((message) -> message.properties().getType())
			.endsWith("added", "checkpoint", "added");
	}

	@Test
	void aScheduleIsDroppedOnlyByAListingThatWasAskedForSinceTheTermBegan() throws Exception {
		Term term = term(doneUntil(SLOT));
		Schedules none = schedules();
		term.cover(none.askedAt(term.began().minusMillis(1)));
		assertThat(term.inDoubt()).isTrue();
		term.checkpoint();
		readAll();
		assertThat(this.ledger.coveredAs("job")).isNotNull();
		assertThat(term.cover(SCHEDULES.askedAt(term.began())).apply(JOB)).isEqualTo(SLOT);
		assertThat(term.inDoubt()).isFalse();
		assertThat(this.recorded.published("checkpoint")).as("nothing is new").hasSize(1);
		term.cover(none.askedAt(term.began()));
		readAll();
		assertThat(this.ledger.coveredAs("job")).isNull();
	}

	/** A reader may begin between the records of a tick and of a checkpoint. */
	@Test
	void aCheckpointHasEveryTickThatWasPublishedBeforeIt() throws Exception {
		Term term = term(doneUntil(SLOT));
		term.cover(SCHEDULES);
		Thread publisher = new Thread(() -> {
			for (int i = 1; i <= 2000; i++) {
				try {
					term.publish(List.of(tick(SLOT.plusSeconds(i))));
				}
				catch (TermEndedException ex) {
					return;
				}
			}
		});
		publisher.start();
		for (int i = 0; i < 200; i++) {
			term.checkpoint();
		}
		publisher.join();
		Instant published = SLOT;
		int checkpoints = 0;
		for (Message message : this.recorded.published()) {
			JournalRecord record = DECODER.read(message.envelope(), message.properties(), message.body());
			if (record instanceof JournalRecord.Tick tick) {
				published = tick.slot();
			}
			else if (record instanceof JournalRecord.CheckpointRecord written) {
				assertThat(written.checkpoint().schedules()).containsEntry("job",
						new Covered(JOB.definition(), true, published, null));
				checkpoints++;
			}
		}
		assertThat(checkpoints).isEqualTo(200);
	}

	/** With many schedules, its first tick would wait until they are encoded. */
	@Test
	void aTermThatFindsNothingNewWritesItsCheckpointAfterItHasCaughtUp() throws Exception {
		Term term = term(doneUntil(SLOT));
		term.hold(SCHEDULES);
		term.cover(SCHEDULES);
		term.publish(List.of(tick(SLOT.plusSeconds(10))));
		assertThat(term.lacksCheckpoint()).isFalse();
		term.caughtUp(SLOT.plusSeconds(30));
		assertThat(term.lacksCheckpoint()).isTrue();
		assertThat(this.recorded.published("checkpoint")).isEmpty();
		term.checkpoint();
		assertThat(term.lacksCheckpoint()).isFalse();
		readAll();
		assertThat(this.ledger.doneUntil(JOB)).isEqualTo(SLOT.plusSeconds(10));
	}

	@Test
	void whatIsNewOrOnHoldIsInTheJournalBeforeTheFirstTick() throws Exception {
		Term term = term(doneUntil(SLOT));
		term.hold(SCHEDULES.holding(Holds.of(Stream.of(new Hold("job", null, null)))));
		term.cover(SCHEDULES);
		assertThat(this.recorded.published("checkpoint")).hasSize(1);
		Term another = term(doneUntil(SLOT));
		another.cover(schedules(JOB, configured("new.job", "0 * * * * *")));
		assertThat(this.recorded.published("checkpoint")).hasSize(2);
	}

}
