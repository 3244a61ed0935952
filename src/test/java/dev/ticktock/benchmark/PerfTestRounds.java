package dev.ticktock.benchmark;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.perf.MulticastParams;
import com.rabbitmq.perf.MulticastSet;
import com.rabbitmq.perf.metrics.PerformanceMetrics;

/**
 * RabbitMQ's PerfTest in a process that lives through all rounds, so that it is as warm
 * as a TickTock that runs: one producer, no consumer, persistent messages, all confirmed,
 * none held back for a confirm.
 */
final class PerfTestRounds {

	private static final Clock CLOCK = Clock.systemUTC();

	private PerfTestRounds() {
	}

	/**
	 * Runs one round for each line of input, which names its messages' number, the size
	 * of their bodies and whether they have the properties of a tick. Prints when the
	 * round began and how long it took, in microseconds.
	 * @param args the broker's port, the exchange, the routing key
	 */
	public static void main(String[] args) throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost("127.0.0.1");
		factory.setPort(Integer.parseInt(args[0]));
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		System.out.println("ready");
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			String[] words = line.split(" ", -1);
			MulticastParams parameters = parameters(args[1], args[2], Integer.parseInt(words[0]),
					Integer.parseInt(words[1]), Boolean.parseBoolean(words[2]));
			Stopwatch stopwatch = new Stopwatch(Integer.parseInt(words[0]));
			new MulticastSet(stopwatch, factory, parameters, "round", List.of("amqp://127.0.0.1:" + args[0]), stopwatch)
				.run();
			System.out.println("round %d %d".formatted(stopwatch.startedMicros, stopwatch.micros()));
		}
	}

	private static MulticastParams parameters(String exchange, String key, int messages, int size, boolean likeATick) {
		MulticastParams parameters = new MulticastParams();
		parameters.setPredeclared(true);
		parameters.setExchangeType("topic");
		parameters.setExchangeName(exchange);
		parameters.setRoutingKey(key);
		parameters.setProducerCount(1);
		parameters.setConsumerCount(0);
		parameters.setProducerMsgCount(messages);
		parameters.setConfirm(messages);
		parameters.setFlags(List.of("persistent"));
		parameters.setMinMsgSize(size);
		parameters.setMessageProperties(likeATick ? tick(key) : Map.of("timestamp", slot().toString()));
		parameters.init();
		return parameters;
	}

	private static Map<String, Object> tick(String key) {
		String slot = slot().toString();
		return Map.of("contentType", "application/json", "timestamp", slot, "messageId", key + "@" + slot,
				"correlationId", UUID.randomUUID().toString(), "expiration", "60000", "appId", "perftest", "type",
				"tick", "event", key, "time", CLOCK.instant().toEpochMilli(), "leader", "some-host-12345");
	}

	private static Instant slot() {
		return CLOCK.instant().truncatedTo(ChronoUnit.SECONDS);
	}

	/**
	 * Takes the time from the first publish to the last confirm.
	 */
	private static final class Stopwatch implements PerformanceMetrics, MulticastSet.CompletionHandler {

		private final AtomicInteger unconfirmed;

		private final CountDownLatch done = new CountDownLatch(1);

		private volatile long startedMicros;

		private volatile long started;

		private volatile long finished;

		Stopwatch(int messages) {
			this.unconfirmed = new AtomicInteger(messages);
		}

		long micros() {
			return (this.finished - this.started) / 1000;
		}

		@Override
		public void start() {
		}

		@Override
		public void published() {
			if (this.started == 0) {
				this.started = System.nanoTime();
				this.startedMicros = ChronoUnit.MICROS.between(Instant.EPOCH, CLOCK.instant());
			}
		}

		@Override
		public void confirmed(int count, long[] latencies) {
			if (this.unconfirmed.addAndGet(-count) <= 0) {
				this.finished = System.nanoTime();
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
