package dev.ticktock.ticker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import org.springframework.boot.task.ThreadPoolTaskSchedulerBuilder;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TickerConfiguration}.
 */
class TickerConfigurationTests {

	@Test
	void anErrorOfTheTickerIsUncaught() throws Exception {
		CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
		ThreadPoolTaskScheduler scheduler = new TickerConfiguration()
			.taskScheduler(new ThreadPoolTaskSchedulerBuilder());
		scheduler.setThreadFactory((task) -> {
			Thread thread = new Thread(task);
			thread.setUncaughtExceptionHandler((same, fault) -> uncaught.complete(fault));
			return thread;
		});
		scheduler.initialize();
		try {
			scheduler.execute(() -> {
				throw new StackOverflowError("as if");
			});
			assertThat(uncaught.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(StackOverflowError.class);
		}
		finally {
			scheduler.shutdown();
		}
	}

}
