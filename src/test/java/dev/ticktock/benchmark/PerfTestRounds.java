package dev.ticktock.benchmark;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.perf.MulticastParams;
import com.rabbitmq.perf.MulticastSet;
import com.rabbitmq.perf.metrics.PerformanceMetrics;
import dev.ticktock.benchmark.TickTockBenchmark.Published;
import org.jspecify.annotations.Nullable;

/**
 * RabbitMQ's PerfTest, in a JVM that lives through all rounds, so that it is as warm as a
 * TickTock that runs: one producer, no consumer, persistent messages with the properties
 * of ticks, all confirmed, none held back for a confirm.
 */
final class PerfTestRounds implements TickTockBenchmark.Publisher {

	private static final String KEY = "event.00000";

	@Override
	public Published publish(ConnectionFactory factory, String exchange, int messages, int size) throws Exception {
		MulticastParams parameters = new MulticastParams();
		parameters.setPredeclared(true);
		parameters.setExchangeType("topic");
		parameters.setExchangeName(exchange);
		parameters.setRoutingKey(KEY);
		parameters.setProducerCount(1);
		parameters.setConsumerCount(0);
		parameters.setProducerMsgCount(messages);
		parameters.setConfirm(messages);
		parameters.setFlags(List.of("persistent"));
		parameters.setMinMsgSize(size);
		Instant now = Instant.now();
		String slot = now.truncatedTo(ChronoUnit.SECONDS).toString();
		parameters.setMessageProperties(Map.of("contentType", "application/json", "timestamp", slot, "messageId",
				KEY + "@" + slot, "correlationId", UUID.randomUUID().toString(), "expiration", "60000", "appId",
				"perftest", "type", "tick", "event", KEY, "time", now.toEpochMilli(), "leader", "some-host-12345"));
		parameters.init();
		Stopwatch stopwatch = new Stopwatch(messages);
		new MulticastSet(stopwatch, factory, parameters, "round", List.of("amqp://127.0.0.1:" + factory.getPort()),
				stopwatch)
			.run();
		Instant started = Objects.requireNonNull(stopwatch.started);
		return new Published(started, Duration.between(started, stopwatch.finished));
	}

	/**
	 * Takes the time from the first publish to the last confirm.
	 */
	private static final class Stopwatch implements PerformanceMetrics, MulticastSet.CompletionHandler {

		private final AtomicInteger unconfirmed;

		private final CountDownLatch done = new CountDownLatch(1);

		private volatile @Nullable Instant started;

		private volatile Instant finished = Instant.MIN;

		Stopwatch(int messages) {
			this.unconfirmed = new AtomicInteger(messages);
		}

		@Override
		public void start() {
		}

		@Override
		public void published() {
			if (this.started == null) {
				this.started = Instant.now();
			}
		}

		@Override
		public void confirmed(int count, long[] latencies) {
			if (this.unconfirmed.addAndGet(-count) <= 0) {
				this.finished = Instant.now();
				this.done.countDown();
			}
		}

		@Override
		public void nacked(int count) {
			throw new IllegalStateException("refused " + count);
		}

		@Override
		public void returned() {
		}

		@Override
		public void received(long latency) {
		}

		@Override
		public Duration interval() {
			return Duration.ZERO;
		}

		@Override
		public void resetGlobals() {
		}

		@Override
		public void waitForCompletion() throws InterruptedException {
			this.done.await();
		}

		@Override
		public void countDown(String reason) {
			// The producer has published its last message, which is not the end here.
		}

	}

}
