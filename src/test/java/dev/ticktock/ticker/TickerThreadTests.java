package dev.ticktock.ticker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.ticktock.support.SettableUptime;
import dev.ticktock.time.Hearts;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TickerThread}.
 */
@ExtendWith(OutputCaptureExtension.class)
class TickerThreadTests {

	private final SettableUptime uptime = new SettableUptime();

	private final Hearts hearts = new Hearts(this.uptime);

	private final TickerThread scheduler = new TickerThread(this.hearts.of("ticker"), this.uptime);

	private final CompletableFuture<Throwable> uncaught = new CompletableFuture<>();

	private final AtomicInteger ticks = new AtomicInteger();

	@BeforeEach
	void start() {
		this.scheduler.setThreadFactory((task) -> {
			Thread thread = new Thread(task, "ticker-1");
			thread.setUncaughtExceptionHandler((same, fault) -> this.uncaught.complete(fault));
			return thread;
		});
		this.scheduler.initialize();
	}

	@AfterEach
	void stop() {
		this.scheduler.shutdown();
	}

	private void tick() {
		this.ticks.incrementAndGet();
		throw new StackOverflowError("as if");
	}

	private Future<?> tickEachMillisecond() {
		return this.scheduler.scheduleWithFixedDelay(this::tick, Duration.ofMillis(1));
	}

	private void awaitTicks() {
		int before = this.ticks.get();
		Awaitility.await().atMost(PATIENCE).until(() -> this.ticks.get() > before + 3);
	}

	@Test
	void whateverATickThrowsTheNextOneComesAndOneLineAMinuteTellsOfIt(CapturedOutput output) {
		Future<?> task = tickEachMillisecond();
		awaitTicks();
		this.scheduler.execute(this::tick);
		awaitTicks();
		assertThat(output).containsOnlyOnce("Unexpected failure; publishing again in a second.")
			.contains("StackOverflowError: as if");
		this.uptime.pass(Duration.ofMinutes(2));
		awaitTicks();
		assertThat(output.getAll().split("Unexpected failure; publishing again", -1)).hasSize(3);
		assertThat(task).isNotDone();
		assertThat(this.uncaught).isNotDone();
	}

	@Test
	void afterATickOfATriggerTheTriggerIsAskedAgain() {
		Future<?> task = this.scheduler.schedule(this::tick, (context) -> context.getClock().instant().plusMillis(1));
		awaitTicks();
		assertThat(task).isNotNull();
		assertThat(this.uncaught).isNotDone();
	}

	@Test
	void aTriggerThatIsLostEndsTheThread() throws Exception {
		Future<?> task = this.scheduler.schedule(() -> {
		}, (context) -> {
			if (context.lastCompletion() != null) {
				throw new OutOfMemoryError("as if");
			}
			return context.getClock().instant();
		});
		assertThat(task).isNotNull();
		assertThat(this.uncaught.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).hasMessage("as if");
	}

	@Test
	void theThreadBeatsUntilItIsStopped() {
		Future<?> task = tickEachMillisecond();
		awaitTicks();
		assertThat(this.hearts.threads()).containsExactly("ticker");
		this.scheduler.shutdown();
		assertThat(task).isCancelled();
		assertThat(this.hearts.threads()).isEmpty();
	}

}
