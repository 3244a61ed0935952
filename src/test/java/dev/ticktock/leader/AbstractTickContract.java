package dev.ticktock.leader;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.observe.TickTockEndpoint;
import dev.ticktock.support.Names;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a worker may rely on, whichever broker it is. One TickTock runs through all the
 * tests.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class AbstractTickContract {

	/** A tick of a second is valid for half of it, and brokers look from time to time. */
	private static final Duration EXPIRY = Duration.ofSeconds(15);

	private static final String EVENT = "a.job";

	/** Two events of each second. */
	private static final Set<String> PAIR = Set.of("b.job", "c.job");

	private final String exchange = Names.unique("test.exchange");

	private final String queue = Names.unique("test.queue");

	private ConfigurableApplicationContext app;

	private Connection connection;

	private Recorder recorder;

	abstract Connection connect() throws Exception;

	abstract List<String> arguments();

	/** Returns the milliseconds of validity left that the broker reads in a message. */
	abstract long validityLeft(Receipt receipt);

	@BeforeAll
	void start() throws Exception {
		this.app = TickTockApp.start(arguments(), "--ticktock.scheduler.exchange=" + this.exchange,
				"--ticktock.replica=replica-1", "--ticktock.scheduler.cron.a.job=*/2 * * * * *",
				"--ticktock.scheduler.cron.b.job=* * * * * *", "--ticktock.scheduler.cron.c.job=* * * * * *");
		this.connection = connect();
		this.recorder = Recorder.bind(this.connection, this.exchange, this.queue, "#");
	}

	@AfterAll
	void stop() throws Exception {
		TestTopology.delete(this.connection, this.exchange, this.queue);
		this.connection.abort();
		this.app.close();
	}

	private List<Receipt> await(int count, Set<String> events) {
		return Awaitility.await(count + " ticks of " + events)
			.atMost(PATIENCE)
			.until(() -> this.recorder.receipts()
				.stream()
				.filter((receipt) -> events.contains(receipt.event()))
				// It may have begun to record between the two of one second.
				.dropWhile((receipt) -> receipt.event().equals("c.job"))
				.toList(), (receipts) -> receipts.size() >= count);
	}

	@Test
	void everyFieldOfATickIsAsPromised() {
		Receipt receipt = await(1, Set.of(EVENT)).get(0);
		AMQP.BasicProperties properties = receipt.properties();
		Instant slot = receipt.slot();
		assertThat(slot.getEpochSecond() % 2).isZero();
		assertThat(properties.getMessageId()).isEqualTo(EVENT + "@" + slot);
		assertThat(UUID.fromString(properties.getCorrelationId())).isNotNull();
		assertThat(properties.getContentType()).isEqualTo("application/json");
		assertThat(properties.getDeliveryMode()).isEqualTo(2);
		assertThat(properties.getAppId()).isEqualTo("ticktock");
		assertThat(properties.getType()).isEqualTo("tick");
		assertThat(properties.getHeaders().get("event")).hasToString(EVENT);
		assertThat(properties.getHeaders().get("timestamp")).isEqualTo(Date.from(slot));
		assertThat(properties.getHeaders().get("leader")).hasToString("replica-1");
		assertThat(validityLeft(receipt)).isBetween(1L, 1000L);
		JsonNode body = JsonMapper.shared().readTree(receipt.body());
		assertThat(body.propertyNames()).containsExactly("event", "slot", "previous", "next", "validUntil");
		assertThat(body.get("event").asString()).isEqualTo(EVENT);
		assertThat(Instant.parse(body.get("slot").asString())).isEqualTo(slot);
		assertThat(Instant.parse(body.get("previous").asString())).isEqualTo(slot.minusSeconds(2));
		assertThat(Instant.parse(body.get("next").asString())).isEqualTo(slot.plusSeconds(2));
		assertThat(Instant.parse(body.get("validUntil").asString())).isEqualTo(slot.plusSeconds(1));
	}

	@Test
	void eachSlotIsPublishedOnceAndInOrder() {
		List<Receipt> receipts = await(10, PAIR);
		Instant first = receipts.get(0).slot();
		assertThat(receipts).extracting((receipt) -> receipt.properties().getMessageId())
			.startsWith(Stream.iterate(first, (slot) -> slot.plusSeconds(1))
				.limit(5)
				.flatMap((slot) -> Stream.of("b.job@" + slot, "c.job@" + slot))
				.toArray(String[]::new));
		assertThat(receipts).extracting((receipt) -> receipt.properties().getCorrelationId()).doesNotHaveDuplicates();
	}

	@Test
	void howAJobHasEndedIsSeenIfItsWorkerSaysSo() throws Exception {
		AMQP.BasicProperties tick = await(1, Set.of("b.job")).get(0).properties();
		AMQP.BasicProperties ids = new AMQP.BasicProperties.Builder().messageId(tick.getMessageId())
			.correlationId(tick.getCorrelationId())
			.build();
		Channel channel = this.connection.createChannel();
		for (String body : List.of("I am done", "{\"status\":\"done\",\"seconds\":0.5}")) {
			channel.basicPublish(this.exchange + ".outcome", "b.job", ids, body.getBytes(StandardCharsets.UTF_8));
		}
		TickTockEndpoint endpoint = this.app.getBean(TickTockEndpoint.class);
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(JsonMapper.shared()
				.valueToTree(endpoint.event("b.job"))
				.at("/schedule/lastSuccess/seconds")
				.asDouble(0)).isEqualTo(0.5));
		assertThat(outcomes("b.job", "done")).isOne();
		assertThat(outcomes("other", "rejected")).isOne();
	}

	private double outcomes(String event, String status) {
		return this.app.getBean(MeterRegistry.class)
			.get("ticktock.outcomes")
			.tags("event", event, "status", status)
			.counter()
			.count();
	}

	@Test
	void aTickThatNobodyTakesExpires() throws Exception {
		String idle = this.queue + ".idle";
		Channel channel = this.connection.createChannel();
		channel.queueDeclare(idle, true, false, false, null);
		channel.queueBind(idle, this.exchange, "b.job");
		Awaitility.await().atMost(PATIENCE).until(() -> channel.messageCount(idle) > 0);
		channel.queueUnbind(idle, this.exchange, "b.job");
		Awaitility.await().atMost(EXPIRY).until(() -> channel.messageCount(idle) == 0);
		channel.queueDelete(idle);
	}

}
