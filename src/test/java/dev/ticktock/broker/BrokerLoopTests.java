package dev.ticktock.broker;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import dev.ticktock.broker.BrokerLoop.Lines;
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

	private final Deque<Work> attempts = new ArrayDeque<>();

	private final CountDownLatch done = new CountDownLatch(1);

	private final BrokerLoop loop = loop("", false);

	private BrokerLoop loop(String failing, boolean othersLog) {
		return new BrokerLoop("loop", this::attempt, LoggerFactory.getLogger(BrokerLoopTests.class),
				new Lines(failing, "It works again", othersLog),
				new Backoff(this.uptime, Duration.ofMillis(1), Duration.ofMillis(1)), this.uptime,
				this.hearts.of("loop"));
	}

	private void attempt()
			throws BrokerUnavailableException, BrokerRefusedException, IOException, InterruptedException {
		Work next = this.attempts.poll();
		if (next == null) {
			this.loop.stop();
			this.done.countDown();
			return;
		}
		next.run();
	}

	private void add(int times, Work work) {
		this.attempts.addAll(Collections.nCopies(times, work));
	}

	private void runAll() throws InterruptedException {
		this.loop.start();
		assertThat(this.done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		this.loop.awaitEnd(PATIENCE);
		assertThat(this.hearts.threads()).isEmpty();
	}

	private Work fails(String reason) {
		return () -> {
			this.uptime.pass(Duration.ofSeconds(3));
			throw new BrokerUnavailableException(reason, null);
		};
	}

	private static Work refuses(String rule) {
		return () -> {
			throw refusal(rule);
		};
	}

	private static BrokerRefusedException refusal(String rule) {
		return new BrokerRefusedException(new InvalidSettingException("a.property", "value", rule, "Do this.", null),
				true);
	}

	private static long lines(CapturedOutput output, String text) {
		return output.getOut().lines().filter((line) -> line.contains(text)).count();
	}

	@Test
	void aFailureIsLoggedAtOnceAndThenOnceAMinute(CapturedOutput output) throws Exception {
		add(1 + 60 * 20, fails("No broker"));
		runAll();
		assertThat(lines(output, " WARN ")).isEqualTo(1 + 60);
		assertThat(output).containsOnlyOnce("No broker; retrying in 1 ms")
			.contains("No broker; for 1 min now, retrying all the time",
					"No broker; for 60 min now, retrying all the time");
	}

	@Test
	void anotherReasonIsLoggedAtOnce(CapturedOutput output) throws Exception {
		add(3, fails("Lost the connection"));
		add(3, fails("No broker"));
		runAll();
		assertThat(lines(output, " WARN ")).isEqualTo(2);
	}

	@Test
	void theEndIsLoggedAndTheNextFailureIsANewOne(CapturedOutput output) throws Exception {
		add(3, fails("No broker"));
		add(1, () -> {
			assertThat(this.loop.connected()).isTrue();
			this.uptime.pass(Duration.ofSeconds(11));
			throw new BrokerUnavailableException("No broker", null);
		});
		add(3, fails("No broker"));
		runAll();
		assertThat(output).containsOnlyOnce("It works again");
		assertThat(lines(output, " WARN ")).isEqualTo(2);
	}

	@Test
	void aRefusalIsLoggedOnceHoweverLongItLasts(CapturedOutput output) throws Exception {
		add(100, () -> {
			this.uptime.pass(Duration.ofMinutes(1));
			throw refusal("no");
		});
		add(1, refuses("never"));
		runAll();
		assertThat(lines(output, " ERROR ")).isEqualTo(2);
		assertThat(output).contains("no. Do this. TickTock keeps retrying.");
	}

	@Test
	void aConnectionThatIsRefusedSoonEachTimeIsNoEnd(CapturedOutput output) throws Exception {
		for (int i = 0; i < 10; i++) {
			boolean first = i == 0;
			add(1, () -> {
				assertThat(this.loop.connected()).isEqualTo(first);
				throw refusal("no");
			});
		}
		add(1, () -> {
			this.loop.connected();
			this.loop.works();
			throw refusal("no");
		});
		runAll();
		assertThat(lines(output, " ERROR ")).isEqualTo(2);
	}

	@Test
	void anUnexpectedExceptionIsLoggedWithItsTraceAndSurvived(CapturedOutput output) throws Exception {
		add(3, () -> {
			throw new IllegalStateException("as if");
		});
		runAll();
		assertThat(output).containsOnlyOnce("Unexpected failure; reconnecting").contains("\tat dev.ticktock");
	}

	@Test
	void anErrorEndsTheThread() throws Exception {
		AtomicReference<Throwable> uncaught = new AtomicReference<>();
		Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
		CountDownLatch ended = new CountDownLatch(1);
		Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> {
			uncaught.set(fault);
			ended.countDown();
		});
		try {
			add(1, () -> {
				throw new StackOverflowError("as if");
			});
			this.loop.start();
			assertThat(ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			assertThat(uncaught.get()).isInstanceOf(StackOverflowError.class);
		}
		finally {
			Thread.setDefaultUncaughtExceptionHandler(before);
		}
	}

	@Test
	void aLoopThatIsStoppedOrWokenDoesNotPause() throws Exception {
		add(1, () -> {
			this.loop.wake();
			assertThat(this.loop.pause(Duration.ofDays(1))).isTrue();
			this.loop.stop();
			assertThat(this.loop.pause(Duration.ofDays(1))).isFalse();
			this.done.countDown();
		});
		runAll();
	}

}
