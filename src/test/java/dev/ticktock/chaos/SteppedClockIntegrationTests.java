package dev.ticktock.chaos;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import dev.ticktock.TickTockApplication;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.Role;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A leader whose clock is stepped.
 */
@RequiresRabbitMq
class SteppedClockIntegrationTests {

	/** Within the tolerance, so that nothing may come twice. */
	private static final Duration STEP = Duration.ofMinutes(4);

	/** The next slot is up to a second away, so a second is left for what goes on. */
	private static final Duration RIGHT = Duration.ofSeconds(2);

	@Test
	void aClockThatStepsBackRefiresNothingAndOneThatLeapsPublishesWhatIsStillValid() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				ConfigurableApplicationContext app = start(topology)) {
			SteppingClock clock = app.getBean(SteppingClock.class);
			topology.recorder().await(3, PATIENCE);
			clock.step(STEP.negated());
			int before = topology.recorder().receipts().size();
			Awaitility.await()
				.during(Duration.ofSeconds(3))
				.atMost(PATIENCE)
				.until(() -> topology.recorder().receipts().size() <= before + 1);
			clock.step(STEP);
			topology.recorder().await(before + 5, PATIENCE);
			assertThatSlotsFollowEachOther(topology.recorder().receipts());
			Instant leap = clock.instant();
			clock.step(STEP);
			int known = topology.recorder().receipts().size();
			List<Receipt> caughtUp = topology.recorder().await(known + 121, PATIENCE);
			assertThat(caughtUp).extracting((receipt) -> receipt.properties().getMessageId()).doesNotHaveDuplicates();
			List<Receipt> late = caughtUp.stream()
				.filter((receipt) -> receipt.slot().isAfter(leap.plusSeconds(2)))
				.toList();
			assertThatSlotsFollowEachOther(late);
			assertThat(late.get(0).slot()).isAfter(leap.plus(STEP).minusSeconds(122));
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 24 * 3650 })
	void aClockThatWasAheadTicksAtOnceWhenItIsPutRight(long hours) throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				ConfigurableApplicationContext app = start(topology)) {
			Instant right = isAheadForTenSeconds(app, topology.recorder(), Duration.ofHours(hours));
			assertThatItTicksAtOnce(right, topology.recorder(), hours, "the leader goes on");
			try (ConfigurableApplicationContext standby = start(topology)) {
				assertThat(standby.isRunning()).isTrue();
				app.stop();
				assertThatItTicksAtOnce(Instant.now(), topology.recorder(), hours, "a later standby takes over");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 24 * 3650 })
	void aStandbyTakesOverFromAClockThatWasAhead(long hours) throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				ConfigurableApplicationContext app = start(topology);
				ConfigurableApplicationContext standby = start(topology)) {
			Instant right = isAheadForTenSeconds(app, topology.recorder(), Duration.ofHours(hours));
			assertThatItTicksAtOnce(right, topology.recorder(), hours, "a standby takes over");
			assertThat(standby.getBean(Leadership.class).status().role()).isEqualTo(Role.LEADER);
		}
	}

	/**
	 * Sets the clock of a leader ahead, and puts it right when it has published a slot
	 * that is ten seconds later.
	 * @return when it was put right
	 */
	private static Instant isAheadForTenSeconds(ConfigurableApplicationContext app, Recorder recorder, Duration step) {
		SteppingClock clock = app.getBean(SteppingClock.class);
		recorder.await(3, PATIENCE);
		Instant last = clock.instant().plus(step).plusSeconds(10);
		clock.step(step);
		Awaitility.await("ten seconds ahead")
			.atMost(PATIENCE)
			.until(() -> recorder.receipts().stream().anyMatch((receipt) -> receipt.slot().isAfter(last)));
		clock.step(step.negated());
		return Instant.now();
	}

	/** The first tick of a slot after an instant comes soon after it. */
	private static void assertThatItTicksAtOnce(Instant right, Recorder recorder, long hours, String what) {
		List<Duration> found = new ArrayList<>();
		Awaitility.await("a slot after " + right).atMost(PATIENCE).until(() -> {
			recorder.receipts()
				.stream()
				.filter((receipt) -> isBetween(receipt.slot(), right, receipt.at()))
				.findFirst()
				.ifPresent((receipt) -> found.add(Duration.between(right, receipt.at())));
			return !found.isEmpty();
		});
		Figures.report("clock of the leader ahead by %d h for 10 s, then right: %s".formatted(hours, what),
				"first tick after %d ms".formatted(found.get(0).toMillis()));
		assertThat(found.get(0)).isLessThan(RIGHT);
	}

	private static boolean isBetween(Instant slot, Instant from, Instant to) {
		return slot.isAfter(from) && slot.isBefore(to);
	}

	private static void assertThatSlotsFollowEachOther(List<Receipt> receipts) {
		Instant first = receipts.get(0).slot();
		for (int i = 0; i < receipts.size(); i++) {
			assertThat(receipts.get(i).slot()).isEqualTo(first.plusSeconds(i));
		}
	}

	private static ConfigurableApplicationContext start(TestTopology topology) {
		List<String> arguments = new ArrayList<>(RabbitMq.get().arguments());
		arguments.addAll(List.of("--server.port=0", "--ticktock.scheduler.exchange=" + topology.exchange(),
				"--ticktock.scheduler.cron.a.job.cron=* * * * * *", "--ticktock.scheduler.cron.a.job.validity=2m"));
		for (String event : List.of("second.30", "minute.1", "minute.2", "minute.5", "minute.10", "minute.15",
				"minute.30", "minute.45", "hour.1", "hour.2", "hour.4", "hour.6", "hour.8", "hour.12", "hour.16",
				"day.1")) {
			arguments.add("--ticktock.scheduler.cron.cron." + event + "=-");
		}
		return new SpringApplicationBuilder(TickTockApplication.class, ClockConfiguration.class)
			.registerShutdownHook(false)
			.run(arguments.toArray(String[]::new));
	}

	static class ClockConfiguration {

		@Bean
		@Primary
		SteppingClock steppingClock() {
			return new SteppingClock();
		}

	}

	/**
	 * The system's clock, but for what it was stepped.
	 */
	static final class SteppingClock extends Clock {

		private final Clock system = Clock.systemUTC();

		private volatile Duration offset = Duration.ZERO;

		void step(Duration by) {
			this.offset = this.offset.plus(by);
		}

		@Override
		public Instant instant() {
			return this.system.instant().plus(this.offset);
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
