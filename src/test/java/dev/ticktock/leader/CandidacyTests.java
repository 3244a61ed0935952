package dev.ticktock.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Envelope;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.LeaderProperties;
import dev.ticktock.broker.LeaderProperties.QueueType;
import dev.ticktock.broker.Topology;
import dev.ticktock.journal.ClockTolerance;
import dev.ticktock.journal.Journal;
import dev.ticktock.journal.JournalProperties;
import dev.ticktock.journal.Ledger;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Token;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Checkpoint;
import dev.ticktock.schedule.Checkpoint.Covered;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping.Reason;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.RecordedChannel.Message;
import dev.ticktock.support.SettableUptime;
import dev.ticktock.time.Hearts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

import static dev.ticktock.TestSchedules.configured;
import static dev.ticktock.TestSchedules.schedules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.mockito.BDDMockito.given;

/**
 * Tests for {@link Candidacy}, {@link Leading} and {@link Terms}: which follows which,
 * and what each says to the broker.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(30)
class CandidacyTests {

	private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.250Z");

	private static final Topology TOPOLOGY = new Topology("exchange", "exchange.leader", "exchange.journal");

	private static final Cursor MEMORY = Cursor.at(NOW.minusSeconds(100));

	private static final Trust TRUST = new Trust("guest", List.of());

	private static final Duration LIMIT = Duration.ofSeconds(15);

	private static final Schedule JOB = configured("job", "* * * * * *", "1m");

	private final SettableClock clock = new SettableClock(NOW);

	private final SettableUptime uptime = new SettableUptime();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final ClockTolerance tolerance = new ClockTolerance(this.clock, Duration.ofMinutes(5));

	private final Ledger ledger = new Ledger(new JournalDecoder(TOPOLOGY, TRUST), this.tolerance, List.of(),
			this.meters, this.uptime);

	private RecordedChannel recorded;

	@SuppressWarnings("NullAway.Init")
	private Candidacy candidacy;

	@BeforeEach
	void open() throws Exception {
		this.recorded = new RecordedChannel();
		given(this.recorded.connection().isOpen()).willReturn(true);
	}

	private Candidacy candidate(boolean withJournal) throws Exception {
		BrokerConnector connector = new BrokerConnector(new ConnectionFactory(), List.of(), false, "me", this.uptime);
		this.clock.set(MEMORY.slot());
		Terms terms = new Terms(connector, TOPOLOGY,
				new LeaderProperties(null, QueueType.QUORUM, LIMIT, Duration.ofMinutes(5), List.of()), TRUST,
				this.tolerance, new TickMeters(this.meters, 0, this.clock, this.uptime), List.of(), this.meters,
				this.uptime);
		this.clock.set(NOW);
		Journal journal = withJournal ? new Journal(connector, TOPOLOGY,
				new JournalProperties(true, null, Duration.ofDays(7), DataSize.ofGigabytes(1),
						DataSize.ofMegabytes(32)),
				true, this.ledger, TRUST, () -> null, this.uptime, new Hearts(this.uptime)) : null;
		this.candidacy = terms.candidacy(this.recorded.channel(), Dialect.RABBITMQ, journal);
		return this.candidacy;
	}

	private Candidacy granted(boolean withJournal) throws Exception {
		Candidacy candidate = candidate(withJournal);
		candidate.received(1, Token.ofCandidate());
		return candidate;
	}

	private Leading leading(boolean withJournal) throws Exception {
		Candidacy taking = granted(withJournal);
		if (withJournal) {
			readMarker();
		}
		else {
			taking.received(2, lastToken());
		}
		Leading next = led();
		confirmAll();
		return next;
	}

	private void confirmAll() throws Exception {
		this.recorded.confirm(this.recorded.published().size(), true);
	}

	private Token lastToken() {
		return Token.read(last("token").properties());
	}

	private Message last(String type) {
		List<Message> all = this.recorded.published(type);
		assertThat(all).isNotEmpty();
		return all.get(all.size() - 1);
	}

	private void readMarker() {
		read(last("marker"));
	}

	private void read(Message message) {
		this.ledger.read(message.envelope(), message.properties(), message.body());
	}

	private @Nullable Leading check() throws Exception {
		this.candidacy.check();
		return this.candidacy.leading();
	}

	private Leading led() throws Exception {
		return Objects.requireNonNull(check());
	}

	private void givesUp(String reason) {
		assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(this.candidacy::check)
			.withMessageContaining(reason);
	}

	@Test
	void aCandidateStandsByAndPutsATokenInEveryMinute() throws Exception {
		Candidacy waiting = candidate(false);
		waiting.check();
		assertThat(this.recorded.published()).isEmpty();
		waiting.join("tag");
		assertThat(check()).isNull();
		assertThat(this.recorded.published("token")).hasSize(1);
		this.uptime.pass(Candidacy.OFFER.plusMillis(1));
		waiting.check();
		waiting.check();
		assertThat(this.recorded.published("token")).hasSize(2);
		assertThat(lastToken().leader()).isNull();
	}

	@Test
	void leadsOnceTheJournalHasBeenReadUpToTheMarkerThatFollowsTheRenewedBaton() throws Exception {
		granted(true);
		assertThat(this.recorded.published()).extracting(Message::key)
			.containsExactly("exchange.leader", "exchange.journal");
		assertThat(lastToken().leader()).startsWith("me ");
		AMQP.BasicProperties marker = last("marker").properties();
		assertThat(marker.getHeaders()).containsEntry("term", marker.getMessageId());
		assertThat(check()).isNull();
		read(ControlMessage.checkpoint(new Checkpoint(Cursor.at(NOW.minusSeconds(7)), Map.of(), Holds.NONE), "before",
				TRUST));
		assertThat(check()).isNull();
		readMarker();
		assertThat(led().term().cursor()).isEqualTo(Cursor.at(NOW.minusSeconds(7)));
	}

	@Test
	void sendsAMarkerThatIsLostAgainAndGivesUpWhereTheJournalIsNotRead() throws Exception {
		Candidacy taking = granted(true);
		confirmAll();
		taking.received(2, lastToken());
		this.uptime.pass(Duration.ofSeconds(6));
		taking.check();
		assertThat(this.recorded.published("marker")).hasSize(2);
		this.uptime.pass(LIMIT.minusSeconds(6));
		taking.check();
		confirmAll();
		this.uptime.pass(Duration.ofMillis(1));
		givesUp("the journal was not read within PT15S");
	}

	@Test
	void waitsAsLongAsTheJournalIsBeingRead() throws Exception {
		Candidacy taking = granted(true);
		for (int i = 0; i < 10; i++) {
			confirmAll();
			taking.received(2 + i, lastToken());
			read(ControlMessage.marker("another", null, TRUST));
			assertThat(check()).isNull();
			this.uptime.pass(Duration.ofSeconds(9));
		}
	}

	/** A word that is left in the future does not count. */
	static Stream<Arguments> words() {
		Cursor left = Cursor.at(NOW.minusSeconds(3));
		return Stream.of(arguments(null, MEMORY), arguments(Token.leftBy("other", left), left),
				arguments(Token.ofLeader("other"), Cursor.at(NOW)),
				arguments(Token.leftBy("other", Cursor.at(NOW.plus(Duration.ofDays(3650)))), Cursor.at(NOW)));
	}

	@ParameterizedTest
	@MethodSource("words")
	void withoutAJournalItLeadsOnceItsFreshTokenIsBackAndGoesOnAfterTheWordThatIsLeft(@Nullable Token word,
			Cursor start) throws Exception {
		Candidacy taking = granted(false);
		assertThat(check()).isNull();
		assertThat(this.recorded.published("marker")).isEmpty();
		Token fresh = lastToken();
		if (word != null) {
			taking.received(2, word);
		}
		taking.received(3, fresh);
		assertThat(led().term().cursor()).isEqualTo(start);
	}

	@Test
	void aLeaderGivesUpIfATickIsNeitherConfirmedNorInTheJournal() throws Exception {
		Leading leading = leading(true);
		publish(leading, 0);
		leading.check();
		this.uptime.pass(Duration.ofSeconds(10));
		leading.check();
		this.candidacy.received(3, lastToken());
		this.uptime.pass(Duration.ofSeconds(6));
		givesUp("did not confirm a message within PT15S");
	}

	/** Another leader would wait for the queue as well. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aLeaderStaysIfOneQueueDoesNotConfirm(boolean withJournal, CapturedOutput output) throws Exception {
		Leading leading = leading(withJournal);
		publish(leading, 0);
		read(last(TickMessage.TYPE));
		int stuck = this.recorded.published().size();
		for (int second = 0; second < 600; second++) {
			this.uptime.pass(Duration.ofSeconds(1));
			leading.check();
			for (int each = stuck + 1; each <= this.recorded.published().size(); each++) {
				this.recorded.confirm(each, false);
			}
			this.candidacy.received(10, lastToken());
		}
		assertThat(output).contains("A queue has not confirmed 1 ticks within 15 s, of [job]");
		assertThat(leading.isUnrecorded()).isFalse();
	}

	@Test
	void aLeaderGivesWayToOneWhoseMarkerComesAfterItsOwn() throws Exception {
		Leading leading = leading(true);
		readMarker();
		leading.check();
		read(ControlMessage.marker("another", "forged", new Trust("another", List.of())));
		leading.check();
		read(ControlMessage.marker("another", "other", TRUST));
		givesUp("another replica has begun to lead");
	}

	@Test
	void whoTakesOverWhileAnotherDoesSoLaterDoesNotLead() throws Exception {
		granted(true);
		readMarker();
		read(ControlMessage.marker("another", "other", TRUST));
		givesUp("another replica has begun to lead");
	}

	@Test
	void aLeaderWhoseTicksNoQueueGetsGivesUp() throws Exception {
		leading(true);
		this.recorded.giveBack();
		givesUp("no queue got the ticks");
	}

	private void read(ControlMessage message) {
		this.ledger.read(new Envelope(1, false, "", "exchange.journal"), message.properties(), message.body());
	}

	@Test
	void aLeaderWhoseTicksStayAwayFromTheJournalSaysSoAndWritesCheckpoints(CapturedOutput output) throws Exception {
		Leading leading = leading(true);
		leading.term().cover(schedules(JOB));
		for (int second = 0; second < 60; second++) {
			publish(leading, second);
			if (second < 10) {
				read(last(TickMessage.TYPE));
			}
			keepAlive(leading, Duration.ofSeconds(1));
			assertThat(leading.isUnrecorded()).as("after %s s", second).isEqualTo(second >= 26);
		}
		assertThat(output).containsOnlyOnce("has been confirmed but does not come back from the journal");
		assertThat(this.recorded.published("checkpoint")).hasSizeBetween(3, 5);
		read(last(TickMessage.TYPE));
		leading.check();
		assertThat(leading.isUnrecorded()).isFalse();
		assertThat(output).contains("Ticks come back from the journal again");
	}

	/** A small journal may hold no more records than that. */
	@Test
	void aLeaderThatCoversSchedulesWritesACheckpointEveryTenMinutesAndAfterManyRecords() throws Exception {
		Leading leading = leading(true);
		keepAlive(leading, Leading.CHECKPOINT.plusSeconds(5));
		assertThat(this.recorded.published("checkpoint")).isEmpty();
		leading.term().cover(schedules(JOB));
		confirmAll();
		assertThat(this.recorded.published("checkpoint")).hasSize(1);
		keepAlive(leading, Leading.CHECKPOINT.plusSeconds(5));
		assertThat(this.recorded.published("checkpoint")).hasSize(2);
		for (int i = 0; i < Leading.RECORDS; i++) {
			this.ledger.read(new Envelope(1, false, "exchange", "job"), new AMQP.BasicProperties(), new byte[0]);
		}
		leading.check();
		leading.check();
		assertThat(this.recorded.published("checkpoint")).hasSize(3);
	}

	@Test
	void aLeaderThatGoesOnFromTheCheckpointBeforeWritesOneOfItsOwn() throws Exception {
		read(ControlMessage.checkpoint(
				new Checkpoint(Cursor.at(NOW),
						Map.of("job", new Covered(JOB.definition(), false, NOW.minusSeconds(7), null)), Holds.NONE),
				"before", TRUST));
		Leading leading = leading(true);
		leading.term().hold(schedules(JOB));
		leading.term().cover(schedules(JOB));
		leading.check();
		assertThat(this.recorded.published("checkpoint")).isEmpty();
		leading.term().caughtUp(NOW);
		leading.check();
		leading.check();
		assertThat(this.recorded.published("checkpoint")).hasSize(1);
	}

	private void keepAlive(Leading leading, Duration time) throws Exception {
		Duration step = (time.compareTo(Duration.ofSeconds(5)) < 0) ? time : Duration.ofSeconds(5);
		for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(step)) {
			this.candidacy.received(10, lastToken());
			confirmAll();
			this.uptime.pass(step);
			leading.check();
		}
	}

	@Test
	void aLeaderWhoseClockWasAheadGivesUpWhenItIsPutRight() throws Exception {
		Leading leading = leading(true);
		Instant ahead = NOW.plus(Duration.ofHours(1));
		this.clock.set(ahead);
		leading.term()
			.publish(List.of(new Tick("job", ahead.minusSeconds(1), null, null, ahead.plusSeconds(60), null)));
		leading.check();
		this.clock.set(ahead.minus(Duration.ofMinutes(4)));
		leading.check();
		this.clock.set(NOW.plusSeconds(10));
		givesUp("the clock was ahead");
	}

	/** Its checkpoints would silence these schedules until then. */
	@Test
	void aLeaderWhoseClockWasAheadGivesUpAlsoIfItHasPublishedNothing() throws Exception {
		Leading leading = leading(true);
		leading.term().cover(schedules(configured("job", "0 0 * * * *")));
		Instant ahead = NOW.plus(Duration.ofHours(3));
		this.clock.set(ahead);
		leading.term()
			.skipped(new Skipping(Reason.LATE, null, ahead,
					List.of(new SkippedSlots("job", NOW, ahead.minusSeconds(60), 3, false))), () -> {
					});
		leading.check();
		this.clock.set(NOW.plusSeconds(10));
		givesUp("the clock was ahead");
	}

	@Test
	void aLeaderThatStopsWithoutAJournalLeavesTheInstantUpToWhichNothingIsLeft() throws Exception {
		Leading leading = leading(false);
		Instant drained = NOW.plusSeconds(20);
		this.clock.set(drained);
		leading.term().caughtUp(drained);
		// The broker blocks: the ticker asks for nothing more.
		this.clock.set(NOW.plusSeconds(80));
		leading.handOver();
		assertThat(lastToken().left()).isEqualTo(Cursor.at(drained));
		open();
		Leading withJournal = leading(true);
		withJournal.handOver();
		assertThat(lastToken().left()).isNull();
	}

	@Test
	void countsWhatBecomesOfTicks() throws Exception {
		Leading leading = leading(true);
		publish(leading, 0);
		publish(leading, 1);
		long last = this.recorded.published().size();
		this.recorded.confirm(last - 1, false);
		this.recorded.refuse(last, false);
		leading.term().caughtUp(NOW);
		assertThat(this.meters.get("ticktock.ticks.published").counter().count()).isOne();
		assertThat(this.meters.get("ticktock.ticks.refused").counter().count()).isOne();
		assertThat(this.meters.get("ticktock.takeover").timer().count()).isOne();
	}

	@Test
	void endsWhenTheChannelHasClosedWithoutAReport() throws Exception {
		Candidacy waiting = candidate(false);
		given(this.recorded.channel().isOpen()).willReturn(true, true, false);
		assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(() -> waiting.run("tag", (role) -> {
		})).withMessageContaining("the channel can no longer be used");
	}

	private static void publish(Leading leading, int second) throws TermEndedException {
		Instant slot = Instant.parse("2026-03-01T12:00:00Z").plusSeconds(second);
		leading.term().publish(List.of(new Tick("job", slot, null, null, slot.plusSeconds(60), null)));
	}

}
