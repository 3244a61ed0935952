package dev.ticktock.chaos;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import dev.ticktock.TickTockApplication;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.Role;
import dev.ticktock.support.Moment;
import dev.ticktock.support.Names;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
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

	private static final List<String> BUILT_IN = List.of("second.30", "minute.1", "minute.2", "minute.5", "minute.10",
			"minute.15", "minute.30", "minute.45", "hour.1", "hour.2", "hour.4", "hour.6", "hour.8", "hour.12",
			"hour.16", "day.1");

	private final TestTopology topology;

	private final Recorder recorder;

	SteppedClockIntegrationTests() throws Exception {
		this.topology = new TestTopology(RabbitMq.get().connect());
		this.recorder = Recorder.bind(this.topology.connection(), this.topology.exchange(), Names.unique("stepped"),
				"a.job");
	}

	@AfterEach
	void delete() throws Exception {
		this.topology.close();
	}

	@Test
	void aClockThatStepsBackRefiresNothingAndOneThatLeapsPublishesWhatIsStillValid() {
		try (ConfigurableApplicationContext app = start()) {
			SteppingClock clock = app.getBean(SteppingClock.class);
			this.recorder.await(3, PATIENCE);
			clock.step(STEP.negated());
			int before = this.recorder.receipts().size();
			Patience.await().during(Duration.ofSeconds(3)).until(() -> this.recorder.receipts().size() <= before + 1);
			clock.step(STEP);
			this.recorder.await(before + 5, PATIENCE);
			Recorder.assertGapless(this.recorder.receipts(), Duration.ofSeconds(1));
			Instant leap = clock.instant();
			clock.step(STEP);
			int known = this.recorder.receipts().size();
			List<Receipt> caughtUp = this.recorder.await(known + 121, PATIENCE);
			assertThat(caughtUp).extracting((receipt) -> receipt.properties().getMessageId()).doesNotHaveDuplicates();
			List<Receipt> late = caughtUp.stream()
				.filter((receipt) -> receipt.slot().isAfter(leap.plusSeconds(2)))
				.toList();
			Recorder.assertGapless(late, Duration.ofSeconds(1));
			assertThat(late.get(0).slot()).isAfter(leap.plus(STEP).minusSeconds(122));
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 24 * 3650 })
	void aClockThatWasAheadTicksAtOnceWhenItIsPutRight(long hours) {
		try (ConfigurableApplicationContext first = start()) {
			assertThatItTicksAtOnce(isAheadForTenSeconds(first, hours), hours, "the leader goes on");
			try (ConfigurableApplicationContext second = start()) {
				first.stop();
				assertThatItTicksAtOnce(Instant.now(), hours, "a later standby takes over");
				try (ConfigurableApplicationContext third = start()) {
					assertThatItTicksAtOnce(isAheadForTenSeconds(second, hours), hours, "a standby takes over");
					assertThat(third.getBean(Leadership.class).status().role()).isEqualTo(Role.LEADER);
				}
			}
		}
	}

	/** No tick is published while the clock is ahead. */
	@Test
	void slotsThatWereSkippedWhileTheClockWasAheadAreDueWhenItIsPutRight() {
		List<String> arguments = new ArrayList<>(List.of("--ticktock.scheduler.cron.a.job.cron=*/10 * * * * *",
				"--ticktock.scheduler.cron.a.job.validity=1s"));
		BUILT_IN.forEach((event) -> arguments.add("--ticktock.scheduler.cron.cron." + event + "=-"));
		try (ConfigurableApplicationContext app = start(arguments)) {
			SteppingClock clock = app.getBean(SteppingClock.class);
			Counter skipped = app.getBean(MeterRegistry.class)
				.get("ticktock.ticks.skipped")
				.tag("event", "a.job")
				.counter();
			this.recorder.await(1, PATIENCE);
			Moment.await(Instant.ofEpochSecond(Instant.now().getEpochSecond() / 10 * 10 + 12));
			clock.step(Duration.ofHours(1));
			Patience.await().until(() -> skipped.count() >= 359);
			clock.step(Duration.ofHours(-1));
			Instant right = Instant.now();
			Patience.await("a slot after " + right)
				.until(() -> this.recorder.receipts().stream().anyMatch((receipt) -> receipt.slot().isAfter(right)));
			assertThat(Duration.between(right, Instant.now())).isLessThan(RIGHT.plusSeconds(10));
		}
	}

	/**
	 * Sets the clock of a leader ahead, and puts it right when it has published a slot
	 * that is ten seconds later.
	 * @return when it was put right
	 */
	private Instant isAheadForTenSeconds(ConfigurableApplicationContext app, long hours) {
		SteppingClock clock = app.getBean(SteppingClock.class);
		this.recorder.take();
		this.recorder.await(3, PATIENCE);
		this.recorder.take();
		Duration step = Duration.ofHours(hours);
		Instant last = clock.instant().plus(step).plusSeconds(10);
		clock.step(step);
		Patience.await("ten seconds ahead")
			.until(() -> this.recorder.receipts().stream().anyMatch((receipt) -> receipt.slot().isAfter(last)));
		clock.step(step.negated());
		return Instant.now();
	}

	/** The first tick of a slot after an instant comes soon after it. */
	private void assertThatItTicksAtOnce(Instant right, long hours, String what) {
		List<Duration> found = new ArrayList<>();
		Patience.await("a slot after " + right).until(() -> {
			this.recorder.receipts()
				.stream()
				.filter((receipt) -> receipt.slot().isAfter(right) && receipt.slot().isBefore(receipt.at()))
				.findFirst()
				.ifPresent((receipt) -> found.add(Duration.between(right, receipt.at())));
			return !found.isEmpty();
		});
		Figures.report("clock of the leader ahead by %d h for 10 s, then right: %s".formatted(hours, what),
				"first tick after %d ms".formatted(found.get(0).toMillis()));
		assertThat(found.get(0)).isLessThan(RIGHT);
	}

	private ConfigurableApplicationContext start() {
		return start(List.of("--ticktock.scheduler.cron.a.job.cron=* * * * * *",
				"--ticktock.scheduler.cron.a.job.validity=2m"));
	}

	private ConfigurableApplicationContext start(List<String> schedules) {
		List<String> arguments = new ArrayList<>(RabbitMq.get().arguments());
		arguments.addAll(List.of("--server.port=0", "--ticktock.scheduler.exchange=" + this.topology.exchange()));
		arguments.addAll(schedules);
		return new SpringApplicationBuilder(TickTockApplication.class, SteppingClock.class).registerShutdownHook(false)
			.run(arguments.toArray(String[]::new));
	}

	/**
	 * The system's clock, but for what it was stepped.
	 */
	static class SteppingClock implements InstantSource {

		private volatile Duration ahead = Duration.ZERO;

		void step(Duration by) {
			this.ahead = this.ahead.plus(by);
		}

		@Override
		public Instant instant() {
			return Instant.now().plus(this.ahead);
		}

		@Bean
		@Primary
		Clock steppedClock() {
			return withZone(ZoneOffset.UTC);
		}

	}

}
