package dev.ticktock.broker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.ticktock.broker.BrokerLoop.Work;
import dev.ticktock.startup.InvalidSettingException;
import dev.ticktock.support.SettableUptime;
import dev.ticktock.time.Hearts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BrokerLoop}.
 */
@Timeout(30)
@ExtendWith(OutputCaptureExtension.class)
class BrokerLoopTests {

	private final SettableUptime uptime = new SettableUptime();

	private final Hearts hearts = new Hearts(this.uptime);

	private final BrokerLoop loop = loop("", () -> {
	});

	private BrokerLoop loop(String failing, Work work) {
		return new BrokerLoop("loop", work, LoggerFactory.getLogger(BrokerLoopTests.class), failing, this.uptime,
				this.hearts.of("loop"));
	}

	private static BrokerUnavailableException unavailable(String reason) {
		return new BrokerUnavailableException(reason, null);
	}

	private static BrokerRefusedException refusal(String rule) {
		return new BrokerRefusedException(new InvalidSettingException("a.property", "value", rule, "Do this.", null),
				true);
	}

	private void fail(int times, Exception failure) {
		for (int i = 0; i < times; i++) {
			this.uptime.pass(Duration.ofSeconds(3));
			this.loop.failed(failure);
		}
	}

	private static long lines(CapturedOutput output, String text) {
		return output.getOut().lines().filter((line) -> line.contains(text)).count();
	}

	@Test
	void aFailureIsLoggedAtOnceAndThenOnceAMinute(CapturedOutput output) {
		fail(1 + 60 * 20, unavailable("No broker"));
		assertThat(lines(output, " WARN ")).isEqualTo(1 + 60);
		assertThat(output).containsOnlyOnce("No broker; retrying immediately")
			.contains("No broker; for 1 min now, retrying all the time",
					"No broker; for 60 min now, retrying all the time");
	}

	@Test
	void anotherReasonIsLoggedAtOnceAsIsTheSameAfterAConnectionThatLasted(CapturedOutput output) {
		fail(3, unavailable("Lost the connection"));
		fail(3, unavailable("No broker"));
		assertThat(lines(output, " WARN ")).isEqualTo(2);
		this.loop.connected();
		this.uptime.pass(Duration.ofSeconds(11));
		fail(4, unavailable("No broker"));
		assertThat(lines(output, " WARN ")).isEqualTo(3);
	}

	@Test
	void aRefusalIsLoggedOnceHoweverLongItLastsAndHoweverOftenAConnectionIsRefusedSoon(CapturedOutput output) {
		fail(100, refusal("no"));
		for (int i = 0; i < 10; i++) {
			this.loop.connected();
			fail(1, refusal("no"));
		}
		assertThat(lines(output, " ERROR ")).isOne();
		this.loop.works();
		fail(1, refusal("no"));
		fail(1, refusal("never"));
		assertThat(lines(output, " ERROR ")).isEqualTo(3);
		assertThat(output).contains("no. Do this. TickTock keeps retrying.");
	}

	@Test
	void anotherLoopLeavesItToOneToLogThatTheBrokerIsAway(CapturedOutput output) {
		BrokerLoop other = loop("Cannot read: ", () -> {
		});
		other.failed(new BrokerUnavailableException.Away("No broker", new Exception()));
		assertThat(output).isEmpty();
		other.failed(unavailable("No queue"));
		assertThat(output).contains(" WARN ").contains("Cannot read: No queue");
	}

	@Test
	void anUnexpectedExceptionIsLoggedWithItsTraceAndSurvived(CapturedOutput output) throws Exception {
		CountDownLatch attempts = new CountDownLatch(3);
		BrokerLoop failing = loop("", () -> {
			attempts.countDown();
			throw new IllegalStateException("as if");
		});
		failing.start();
		assertThat(attempts.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		failing.stop();
		failing.awaitEnd(PATIENCE);
		assertThat(this.hearts.threads()).isEmpty();
		assertThat(output).containsOnlyOnce("Unexpected failure; reconnecting").contains("\tat dev.ticktock");
	}

	@Test
	void anErrorEndsTheThread() throws Exception {
		CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
		Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
		Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> uncaught.complete(fault));
		try {
			loop("", () -> {
				throw new StackOverflowError("as if");
			}).start();
			assertThat(uncaught.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(StackOverflowError.class);
		}
		finally {
			Thread.setDefaultUncaughtExceptionHandler(before);
		}
	}

	@Test
	void aLoopThatIsWokenOrStoppedDoesNotPause() {
		this.loop.wake();
		assertThat(this.loop.pause(Duration.ofDays(1))).isTrue();
		this.loop.stop();
		assertThat(this.loop.pause(Duration.ofDays(1))).isFalse();
	}

}
