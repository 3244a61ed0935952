package dev.ticktock.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.rabbitmq.client.AMQP;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.Dialect;
import dev.ticktock.message.TickMessage;
import dev.ticktock.publish.Listeners.Recipients;
import dev.ticktock.schedule.Tick;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.SettableUptime;
import dev.ticktock.support.SpareChannels;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SecondChance}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecondChanceTests {

	private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

	private static final Duration VALIDITY = Duration.ofMinutes(1);

	private final SettableClock clock = new SettableClock(NOW);

	private final SettableUptime uptime = new SettableUptime();

	private final TermEnds ends = new TermEnds(this.uptime);

	private final Map<String, Recipients> recipients = new HashMap<>();

	private SpareChannels spare;

	private SecondChance chance;

	@BeforeEach
	void publish() throws Exception {
		RecordedChannel main = new RecordedChannel();
		this.spare = new SpareChannels(main.connection());
		this.chance = chance(main);
	}

	private SecondChance chance(RecordedChannel main) {
		return new SecondChance(new BrokerConnection(main.connection()), "exchange",
				new TickMessage(this.clock, "replica", Dialect.RABBITMQ),
				(event) -> this.recipients.getOrDefault(event, Recipients.UNKNOWN), this.ends, this.clock, this.uptime);
	}

	private void listens(String event, String... queues) {
		this.recipients.put(event, new Recipients(Set.of(queues), true));
	}

	private Tick tick(String event, Duration validity) {
		Instant slot = this.clock.instant();
		return new Tick(event, slot, slot.minusSeconds(1), slot.plusSeconds(1), slot.plus(validity));
	}

	private void refuse(String... events) {
		for (String event : events) {
			this.chance.settled(tick(event, VALIDITY), false);
		}
	}

	private void accept(String event) {
		this.chance.settled(tick(event, VALIDITY), true);
	}

	/** Lets time pass, in the steps in which the replica looks. */
	private void pass(Duration time) throws InterruptedException {
		Duration step = Duration.ofMillis(500);
		for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(step)) {
			this.clock.set(this.clock.instant().plus(step));
			this.uptime.pass(step);
			this.chance.advance();
		}
	}

	private void passSeconds(int seconds) throws InterruptedException {
		pass(Duration.ofSeconds(seconds));
	}

	/** A tick is refused each second. */
	private void refuseEachSecond(String event, int seconds) throws InterruptedException {
		for (int i = 0; i < seconds; i++) {
			refuse(event);
			passSeconds(1);
		}
	}

	@Test
	void nothingHappensWhileNothingIsRefused() throws Exception {
		accept("a");
		passSeconds(60);
		assertThat(this.spare.looks()).isEmpty();
		assertThat(this.spare.published()).isEmpty();
	}

	@Test
	void whatWasAcceptedBeforeIsRefusedByAFullQueue() throws Exception {
		accept("a");
		refuse("a");
		passSeconds(60);
		assertThat(this.spare.looks()).isEmpty();
		assertThat(this.spare.published()).isEmpty();
	}

	@Test
	void whatWasAcceptedSinceIsNotProbed() throws Exception {
		refuse("a");
		passSeconds(1);
		accept("a");
		refuse("a");
		passSeconds(60);
		assertThat(this.spare.published()).isEmpty();
		assertThat(this.chance.finish()).isZero();
	}

	@Test
	void whatNoFullQueueExplainsIsTriedOnceAndThenSentOnAnotherChannel() throws Exception {
		listens("a", "queue", "other");
		refuseEachSecond("a", 2);
		assertThat(this.spare.looks()).containsExactlyInAnyOrder("queue", "other");
		assertThat(this.spare.published()).isEmpty();
		refuse("a");
		pass(Duration.ofMillis(500));
		assertThat(this.spare.looks()).hasSize(4);
		assertThat(this.spare.ids()).containsExactly("a@2026-03-01T12:00:00Z");
		pass(Duration.ofMillis(500));
		assertThat(this.spare.ids()).containsExactly("a@2026-03-01T12:00:00Z", "a@2026-03-01T12:00:01Z",
				"a@2026-03-01T12:00:02Z");
	}

	@Test
	void theTermEndsOnceTheChannelRefusesWhatAnotherHasTaken() throws Exception {
		listens("a", "queue");
		refuseEachSecond("a", 3);
		assertThat(this.spare.published()).isNotEmpty();
		assertThat(this.chance.endsTerm()).isFalse();
		refuse("a");
		assertThat(this.chance.endsTerm()).isTrue();
		assertThat(this.chance.finish()).isEqualTo(4);
		assertThat(this.spare.ids()).doesNotHaveDuplicates().hasSize(4);
	}

	@Test
	void aChannelThatAcceptsAfterAllIsNotBroken() throws Exception {
		listens("a", "queue");
		refuseEachSecond("a", 3);
		assertThat(this.spare.published()).isNotEmpty();
		accept("a");
		refuse("a");
		assertThat(this.chance.endsTerm()).isFalse();
	}

	@Test
	void whatWasRefusedBeforeTheChannelHealedIsSent() throws Exception {
		listens("a", "queue");
		this.ends.ended();
		refuseEachSecond("a", 3);
		assertThat(this.spare.published()).hasSize(3);
		refuse("a", "a");
		accept("a");
		assertThat(this.chance.endsTerm()).isFalse();
		pass(Duration.ofMillis(500));
		assertThat(this.spare.published()).hasSize(5);
		accept("a");
		refuse("a");
		passSeconds(60);
		assertThat(this.spare.published()).hasSize(5);
	}

	@Test
	void whatWasRefusedBeforeTheChannelHealedIsNotSentIfAnotherChannelRefusesToo() throws Exception {
		listens("a", "queue");
		this.spare.confirmNothing();
		refuse("a");
		passSeconds(3);
		assertThat(this.spare.published()).hasSize(1);
		refuse("a");
		accept("a");
		passSeconds(3);
		assertThat(this.spare.published()).hasSize(1);
		this.spare.closeAll();
		passSeconds(60);
		assertThat(this.spare.published()).hasSize(1);
		assertThat(this.chance.finish()).isZero();
	}

	@Test
	void aFullQueueCostsNobodyATick() throws Exception {
		listens("a", "full", "other");
		this.spare.ready("full", 1);
		for (int minute = 0; minute < 60; minute++) {
			refuseEachSecond("a", 60);
		}
		assertThat(this.spare.published()).isEmpty();
		assertThat(this.chance.endsTerm()).isFalse();
		// It is looked into less and less often, once a minute in the end.
		assertThat(this.spare.looks()).filteredOn("full"::equals).hasSizeBetween(55, 70);
	}

	@Test
	void aQueueThatWasFullWhenItRefusedAndIsEmptyLaterCostsNobodyATick() throws Exception {
		listens("a", "full", "other");
		this.spare.ready("full", 1);
		this.chance.settled(tick("a", Duration.ofHours(12)), false);
		passSeconds(1);
		this.spare.ready("full", 0);
		passSeconds(3600);
		assertThat(this.spare.published()).isEmpty();
	}

	@Test
	void aQueueThatSeemedEmptyBecauseItsNodeHadDiedCostsNobodyATick() throws Exception {
		listens("a", "full", "other");
		refuse("a");
		passSeconds(1);
		assertThat(this.spare.looks()).contains("full");
		this.spare.ready("full", 1);
		refuseEachSecond("a", 60);
		assertThat(this.spare.published()).isEmpty();
	}

	@Test
	void whatIsRefusedOnceTheQueueIsEmptyIsSentWithAllThatIsStillValid() throws Exception {
		listens("a", "queue");
		this.spare.ready("queue", 5);
		refuseEachSecond("a", 3);
		assertThat(this.spare.published()).isEmpty();
		this.spare.ready("queue", 0);
		refuseEachSecond("a", 20);
		assertThat(this.spare.ids()).startsWith("a@2026-03-01T12:00:00Z", "a@2026-03-01T12:00:01Z")
			.doesNotHaveDuplicates();
	}

	@Test
	void eachEventIsJudgedByItsOwnQueues() throws Exception {
		listens("a", "full", "other");
		listens("b", "queue", "other");
		this.spare.ready("full", 1);
		refuse("a", "b");
		passSeconds(60);
		assertThat(this.spare.published()).containsExactly("b");
	}

	@Test
	void eachEventHasItsOwnTrials() throws Exception {
		this.spare.refuse("a");
		refuse("a");
		passSeconds(20);
		assertThat(this.spare.published()).containsExactly("a", "a");
		this.spare.refuse("b");
		refuse("a", "b");
		passSeconds(20);
		assertThat(this.spare.published()).containsExactly("a", "a", "b", "b");
	}

	@Test
	void whereTheQueuesAreNotKnownTwoTicksAreTried() throws Exception {
		this.spare.refuse("a");
		refuseEachSecond("a", 2);
		assertThat(this.spare.published()).isEmpty();
		refuseEachSecond("a", 2);
		assertThat(this.spare.published()).hasSize(1);
		refuseEachSecond("a", 4);
		assertThat(this.spare.published()).hasSize(1);
		refuseEachSecond("a", 100);
		assertThat(this.spare.published()).hasSize(2);
		assertThat(this.chance.finish()).isZero();
		assertThat(this.spare.published()).hasSize(2);
	}

	@Test
	void theSecondTrialIsOnAFreshChannel() throws Exception {
		this.spare.refuse("a");
		refuse("a");
		passSeconds(5);
		this.spare.take("a");
		passSeconds(5);
		assertThat(this.spare.published()).containsExactly("a", "a");
		assertThat(this.spare.publishing()).isEqualTo(2);
	}

	@Test
	void aFullQueueIsFoundThoughThereMayBeMore() throws Exception {
		this.recipients.put("a", new Recipients(Set.of("full"), false));
		this.spare.ready("full", 1);
		refuseEachSecond("a", 100);
		assertThat(this.spare.published()).isEmpty();
	}

	@Test
	void aQueueOfAnotherConnectionIsNotKnown() throws Exception {
		listens("a", "exclusive");
		this.spare.hide("exclusive", AMQP.RESOURCE_LOCKED);
		this.spare.refuse("a");
		refuseEachSecond("a", 100);
		assertThat(this.spare.published()).hasSize(2);
	}

	@Test
	void aBrokerThatDoesNotLetTheAccountLookIsAskedOnce() throws Exception {
		listens("a", "queue");
		listens("b", "another");
		this.spare.hide("queue", AMQP.ACCESS_REFUSED);
		this.spare.hide("another", AMQP.ACCESS_REFUSED);
		for (int i = 0; i < 100; i++) {
			refuse("a", "b");
			passSeconds(1);
		}
		assertThat(this.spare.looks()).hasSize(1);
		assertThat(this.spare.published()).isEmpty();
	}

	@Test
	void aQueueThatCannotBeReachedIsLookedIntoLater() throws Exception {
		listens("a", "queue");
		this.spare.hide("queue", AMQP.NOT_FOUND);
		refuse("a");
		passSeconds(10);
		assertThat(this.spare.published()).isEmpty();
		this.spare.show("queue");
		passSeconds(30);
		assertThat(this.spare.published()).containsExactly("a");
	}

	@Test
	void nothingIsSentBeforeTheBrokerHasAnswered() throws Exception {
		listens("a", "queue");
		this.spare.holdBack("queue", this.uptime::pass);
		refuse("a");
		passSeconds(3);
		assertThat(this.spare.looks()).containsExactly("queue");
		this.spare.answerNow("queue");
		passSeconds(1);
		assertThat(this.spare.published()).isEmpty();
		passSeconds(3);
		assertThat(this.spare.published()).containsExactly("a");
	}

	@Test
	void whatNobodyIsKnownToListenToIsNotSent() throws Exception {
		listens("a");
		refuseEachSecond("a", 60);
		assertThat(this.spare.published()).isEmpty();
	}

	@Test
	void whatHasExpiredIsNotSent() throws Exception {
		listens("a", "queue");
		this.chance.settled(tick("a", Duration.ofSeconds(1)), false);
		refuse("a");
		passSeconds(60);
		assertThat(this.spare.published()).hasSize(1);
	}

	@Test
	void aTickThatIsValidForLessThanASecondIsSentAsWell() throws Exception {
		listens("a", "queue");
		for (int i = 0; i < 5; i++) {
			this.chance.settled(tick("a", Duration.ofMillis(800)), false);
			passSeconds(1);
		}
		assertThat(this.spare.published()).isNotEmpty();
	}

	@Test
	void endsOfTermsAreAnHourApart(CapturedOutput output) throws Exception {
		listens("a", "queue");
		refuseEachSecond("a", 4);
		assertThat(this.chance.endsTerm()).isTrue();
		this.chance.finish();
		publish();
		for (int i = 0; i < 3500; i++) {
			refuse("a");
			assertThat(this.chance.endsTerm()).isFalse();
			passSeconds(1);
		}
		// Every tick but those that were refused last comes, within seconds.
		assertThat(this.spare.ids()).doesNotHaveDuplicates().hasSizeBetween(3495, 3500);
		assertThat(output.getAll().lines().filter((line) -> line.contains("within the last hour"))).hasSizeBetween(50,
				60);
		refuseEachSecond("a", 110);
		refuse("a");
		assertThat(this.chance.endsTerm()).isTrue();
	}

	@Test
	void theEndSendsWhatNoFullQueueExplains() throws Exception {
		listens("a", "queue");
		listens("b", "queue");
		listens("c", "full");
		listens("d", "gone");
		this.spare.ready("full", 1);
		this.spare.hide("gone", AMQP.NOT_FOUND);
		refuseEachSecond("a", 4);
		refuse("a", "b", "b", "c", "d", "e");
		assertThat(this.chance.endsTerm()).isTrue();
		assertThat(this.chance.finish()).isEqualTo(8);
		assertThat(this.spare.published()).filteredOn((event) -> !event.equals("a"))
			.containsExactlyInAnyOrder("b", "b", "e");
	}

	@Test
	void theEndDoesNotWaitForEver() throws Exception {
		listens("a", "queue");
		refuseEachSecond("a", 4);
		refuse("a");
		assertThat(this.chance.endsTerm()).isTrue();
		this.spare.holdBack("queue", this.uptime::pass);
		listens("b", "queue");
		refuse("b");
		passSeconds(2);
		assertThat(this.chance.finish()).isPositive();
	}

	@Test
	void whatIsLostWithItsChannelCountsAsRefused() throws Exception {
		listens("a", "queue");
		this.spare.confirmNothing();
		refuse("a");
		passSeconds(10);
		assertThat(this.spare.published()).containsExactly("a");
		this.spare.closeAll();
		passSeconds(10);
		assertThat(this.spare.published()).containsExactly("a", "a");
		this.spare.closeAll();
		refuseEachSecond("a", 100);
		assertThat(this.spare.published()).containsExactly("a", "a");
	}

	@Test
	void anEventWithTooManyQueuesIsLeftAlone() throws Exception {
		Set<String> queues = IntStream.rangeClosed(0, SecondChance.QUEUES)
			.mapToObj((i) -> "queue." + i)
			.collect(Collectors.toSet());
		this.recipients.put("a", new Recipients(queues, true));
		refuseEachSecond("a", 60);
		assertThat(this.spare.looks()).isEmpty();
		assertThat(this.spare.published()).isEmpty();
	}

	@Test
	void anEventWhoseQueuesAnswerSlowlyHoldsUpNeitherTheThreadNorOthers() throws Exception {
		listens("slow", IntStream.range(0, 100).mapToObj((i) -> "queue." + i).toArray(String[]::new));
		listens("a", "queue");
		this.spare.eachLook(() -> this.uptime.pass(Duration.ofMillis(250)));
		refuse("slow", "a");
		for (int i = 0; i < 20; i++) {
			Duration begun = this.uptime.now();
			this.chance.advance();
			assertThat(this.uptime.since(begun)).isLessThanOrEqualTo(Duration.ofMillis(1250));
			this.uptime.pass(Duration.ofMillis(500));
		}
		assertThat(this.spare.published()).containsExactly("a");
	}

	@Test
	void aQueueOfManyEventsIsLookedIntoOnceForAll() throws Exception {
		String[] events = IntStream.range(0, 1000).mapToObj((i) -> "event." + i).toArray(String[]::new);
		for (String event : events) {
			listens(event, "queue");
		}
		refuse(events);
		passSeconds(3);
		assertThat(this.spare.looks()).containsExactly("queue", "queue");
		assertThat(this.spare.published()).containsExactlyInAnyOrder(events);
	}

	@Test
	void aBoundedNumberOfEventsAndTicksIsRemembered() throws Exception {
		String[] events = IntStream.rangeClosed(0, Suspects.EVENTS)
			.mapToObj((i) -> "event." + i)
			.toArray(String[]::new);
		refuse(events);
		passSeconds(3);
		assertThat(this.spare.published()).hasSize(Suspects.EVENTS);
		publish();
		List<Tick> ticks = IntStream.range(0, 2 * Suspect.TICKS)
			.mapToObj((i) -> tick("event." + i % 2, Duration.ofDays(1)))
			.toList();
		ticks.forEach((tick) -> this.chance.settled(tick, false));
		IntStream.range(0, Suspects.TICKS).forEach((i) -> refuse("a"));
		IntStream.range(0, Suspects.TICKS).forEach((i) -> refuse("b"));
		passSeconds(4);
		assertThat(this.spare.published()).hasSizeLessThanOrEqualTo(Suspects.TICKS);
		assertThat(this.spare.published()).filteredOn("a"::equals).hasSizeLessThanOrEqualTo(Suspect.TICKS);
	}

	@Test
	void amongMoreEventsThanAreRememberedNoneIsTriedBlindly() throws Exception {
		IntStream.range(0, Suspects.EVENTS).forEach((i) -> accept("event." + i));
		listens("known", "queue");
		refuse("known", "unknown");
		passSeconds(10);
		assertThat(this.spare.published()).containsExactly("known");
	}

}
