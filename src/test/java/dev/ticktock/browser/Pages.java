package dev.ticktock.browser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.ticktock.observe.Past;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * A TickTock with a page that has something to show: schedules of all kinds, workers, and
 * what workers get wrong.
 */
final class Pages implements AutoCloseable {

	/** A schedule that is due each second. */
	static final String JOB = "stock.poll";

	static final String NIGHTLY = "report.nightly";

	private static final String EXCHANGE = "cron.schedule";

	private final Connection connection;

	private final ConfigurableApplicationContext app;

	Pages(String... more) throws IOException, TimeoutException {
		RabbitMqNode node = RabbitMqNode.shared();
		this.connection = RabbitMq.local(node.port()).connect();
		bind("reports", NIGHTLY, Map.of());
		bind("stock", JOB, Map.of());
		bind("cache", "cache.warm", Map.of());
		bind("audit", "invoice.#", Map.of());
		bind("warehouse", "stock.pol", Map.of());
		bind("newsletter", "newsletter.weekly", Map.of("cron", "0 7 * * MON", "zone", "America/New_York"));
		bind("backups", "backup.hourly", Map.of("cron", "61 * * * *"));
		List<String> arguments = node.arguments("--ticktock.replica=host-1",
				"--ticktock.scheduler.cron.stock.poll.cron=* * * * * *",
				"--ticktock.scheduler.cron.stock.poll.validity=30s",
				"--ticktock.scheduler.cron.report.nightly.cron=30 2 * * *",
				"--ticktock.scheduler.cron.report.nightly.zone=Europe/Oslo",
				"--ticktock.scheduler.cron.invoice.send=*/10 8-17 * * MON-FRI",
				"--ticktock.scheduler.cron.invoice.remind=0 9 1 * *",
				"--ticktock.scheduler.cron.cache.warm=@every 90s");
		this.app = TickTockApp.start(arguments, more);
	}

	private void bind(String queue, String key, Map<String, Object> arguments) throws IOException, TimeoutException {
		try (Channel channel = this.connection.createChannel()) {
			channel.exchangeDeclare(EXCHANGE, "topic", true);
			channel.queueDeclare(queue, false, true, true, null);
			channel.queueBind(queue, EXCHANGE, key, arguments);
		}
	}

	/**
	 * Binds a queue without a consumer, which keeps each tick for a second and then gives
	 * it to TickTock.
	 */
	void neglect(String queue, String event) throws IOException, TimeoutException {
		try (Channel channel = this.connection.createChannel()) {
			channel.queueDeclare(queue, false, true, true,
					Map.of("x-message-ttl", 1000, "x-dead-letter-exchange", EXCHANGE + ".missed"));
			channel.queueBind(queue, EXCHANGE, event);
		}
	}

	/** Takes a tick from a queue, and says that its job is done. */
	void answer(String queue, String event) throws IOException, TimeoutException {
		try (Channel channel = this.connection.createChannel()) {
			// Ticks expire, and another test may have published a message by hand.
			GetResponse tick = Awaitility.await()
				.pollInterval(Duration.ofMillis(20))
				.until(() -> channel.basicGet(queue, true),
						(found) -> found != null && found.getProps().getMessageId() != null);
			channel.basicPublish(EXCHANGE + ".outcome", event, tick.getProps(),
					"{\"status\":\"done\",\"seconds\":2.5}".getBytes(StandardCharsets.UTF_8));
		}
	}

	void byHand(String event) throws IOException, TimeoutException {
		try (Channel channel = this.connection.createChannel()) {
			channel.basicPublish(EXCHANGE, event, null, new byte[0]);
		}
	}

	void inventPast() {
		Past.invent(this.app, Instant.now());
	}

	/** Returns the address of the page, with what follows it. */
	String address(String rest) {
		return "http://localhost:%s/%s"
			.formatted(Objects.requireNonNull(this.app.getEnvironment().getProperty("local.server.port")), rest);
	}

	@Override
	public void close() throws IOException {
		this.app.close();
		try {
			TestTopology.delete(this.connection, EXCHANGE, "stock");
		}
		finally {
			this.connection.abort();
		}
	}

}
