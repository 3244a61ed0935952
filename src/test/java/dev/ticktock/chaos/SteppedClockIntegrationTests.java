package dev.ticktock.chaos;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import dev.ticktock.TickTockApplication;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A leader whose clock is stepped.
 */
@RequiresRabbitMq
class SteppedClockIntegrationTests {

	private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

	@Test
	void aClockThatStepsBackRefiresNothingAndOneThatLeapsPublishesWhatIsStillValid() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				ConfigurableApplicationContext app = start(topology)) {
			SteppingClock clock = app.getBean(SteppingClock.class);
			topology.recorder().await(3, PATIENCE);
			clock.step(TEN_MINUTES.negated());
			int before = topology.recorder().receipts().size();
			Awaitility.await()
				.during(Duration.ofSeconds(3))
				.atMost(PATIENCE)
				.until(() -> topology.recorder().receipts().size() <= before + 1);
			clock.step(TEN_MINUTES);
			topology.recorder().await(before + 5, PATIENCE);
			assertThatSlotsFollowEachOther(topology.recorder().receipts());
			Instant leap = clock.instant();
			clock.step(TEN_MINUTES);
			int known = topology.recorder().receipts().size();
			List<Receipt> caughtUp = topology.recorder().await(known + 121, PATIENCE);
			assertThat(caughtUp).extracting((receipt) -> receipt.properties().getMessageId()).doesNotHaveDuplicates();
			List<Receipt> late = caughtUp.stream()
				.filter((receipt) -> receipt.slot().isAfter(leap.plusSeconds(2)))
				.toList();
			assertThatSlotsFollowEachOther(late);
			assertThat(late.get(0).slot()).isAfter(leap.plus(TEN_MINUTES).minusSeconds(122));
		}
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

	@Configuration(proxyBeanMethods = false)
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
