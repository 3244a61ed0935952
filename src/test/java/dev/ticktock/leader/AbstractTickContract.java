package dev.ticktock.leader;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import dev.ticktock.observe.TickTockEndpoint;
import dev.ticktock.support.Names;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.MeterNotFoundException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a worker may rely on, whichever broker it is.
 */
abstract class AbstractTickContract {

	/** A tick of a second is valid for half of it, and brokers look from time to time. */
	private static final Duration EXPIRY = Duration.ofSeconds(15);

	private static final String EVENT = "a.job";

	abstract TestTopology topology() throws Exception;

	abstract List<String> arguments();

	/** Returns the milliseconds of validity left that the broker reads in a message. */
	abstract long validityLeft(Receipt receipt);

	private ConfigurableApplicationContext start(TestTopology topology, String... more) {
		List<String> arguments = new ArrayList<>(arguments());
		arguments.add("--ticktock.scheduler.exchange=" + topology.exchange());
		arguments.add("--ticktock.replica=replica-1");
		return TickTockApp.start(arguments, more);
	}

	/** Waits for ticks of the test's own schedules; the built-in ones come in between. */
	private static List<Receipt> awaitJobs(TestTopology topology, int count) {
		Awaitility.await(count + " ticks").atMost(PATIENCE).until(() -> jobs(topology).size() >= count);
		return jobs(topology);
	}

	private static List<Receipt> jobs(TestTopology topology) {
		return topology.recorder()
			.receipts()
			.stream()
			.filter((receipt) -> !receipt.event().startsWith("cron."))
			.toList();
	}

	/** Returns the exchange that a delivery names. */
	abstract String publishedTo(String exchange);

	@Test
	void everyFieldOfATickIsAsPromised() throws Exception {
		try (TestTopology topology = topology();
				ConfigurableApplicationContext app = start(topology, "--ticktock.scheduler.cron.a.job=*/2 * * * * *")) {
			assertThat(app.isRunning()).isTrue();
			Receipt receipt = awaitJobs(topology, 2).get(1);
			AMQP.BasicProperties properties = receipt.properties();
			Instant slot = receipt.slot();
			assertThat(slot.getEpochSecond() % 2).isZero();
			assertThat(receipt.event()).isEqualTo(EVENT);
			assertThat(receipt.envelope().getExchange()).isEqualTo(publishedTo(topology.exchange()));
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
	}

	@Test
	void eachSlotIsPublishedOnceAndInOrder() throws Exception {
		try (TestTopology topology = topology();
				ConfigurableApplicationContext app = start(topology, "--ticktock.scheduler.cron.a.job=* * * * * *",
						"--ticktock.scheduler.cron.b.job=* * * * * *")) {
			assertThat(app.isRunning()).isTrue();
			List<Receipt> receipts = awaitJobs(topology, 10);
			List<String> ids = receipts.stream().map((receipt) -> receipt.properties().getMessageId()).toList();
			Instant first = receipts.get(0).slot();
			for (int second = 0; second < 5; second++) {
				assertThat(ids.subList(2 * second, 2 * second + 2))
					.containsExactly("a.job@" + first.plusSeconds(second), "b.job@" + first.plusSeconds(second));
			}
			assertThat(receipts).allSatisfy((receipt) -> assertThat(receipt.properties().getCorrelationId())
				.isNotEqualTo(receipts.get(receipts.indexOf(receipt) == 0 ? 1 : 0).properties().getCorrelationId()));
		}
	}

	@Test
	void howAJobHasEndedIsSeenIfItsWorkerSaysSo() throws Exception {
		try (TestTopology topology = topology();
				ConfigurableApplicationContext app = start(topology, "--ticktock.scheduler.cron.a.job=* * * * * *")) {
			List<Receipt> jobs = awaitJobs(topology, 3);
			Channel channel = topology.connection().createChannel();
			AMQP.BasicProperties last = jobs.get(2).properties();
			answer(channel, topology, last.builder().correlationId("forged").build(), "{\"status\":\"done\"}");
			answer(channel, topology, last, "I am done");
			answer(channel, topology, jobs.get(0).properties(), "{\"status\":\"done\",\"seconds\":0.5}");
			answer(channel, topology, jobs.get(1).properties(), "{\"status\":\"failed\",\"message\":\"disk full\"}");
			answer(channel, topology, jobs.get(1).properties(), "{\"status\":\"done\"}");
			MeterRegistry meters = app.getBean(MeterRegistry.class);
			Awaitility.await()
				.atMost(PATIENCE)
				.ignoreException(MeterNotFoundException.class)
				.untilAsserted(() -> assertThat(
						meters.get("ticktock.outcomes").tags("event", EVENT, "status", "doubled").counter().count())
					.isOne());
			JsonNode report = JsonMapper.shared().valueToTree(app.getBean(TickTockEndpoint.class).event(EVENT));
			assertThat(report.get("outcomes")).extracting((each) -> each.get("status").asString())
				.containsExactly("failed", "done");
			assertThat(report.at("/schedule/lastSuccess/slot").asString()).isEqualTo(jobs.get(0).slot().toString());
			assertThat(report.at("/schedule/lastSuccess/seconds").asDouble()).isEqualTo(0.5);
			assertThat(report.at("/schedule/lastFailure/message").asString()).isEqualTo("disk full");
			assertThat(meters.get("ticktock.outcomes").tag("event", "other").counters())
				.filteredOn((counter) -> counter.count() > 0)
				.extracting((counter) -> counter.getId().getTag("status"))
				.containsExactlyInAnyOrder("unknown", "rejected");
		}
	}

	private static void answer(Channel channel, TestTopology topology, AMQP.BasicProperties tick, String body)
			throws IOException {
		AMQP.BasicProperties ids = new AMQP.BasicProperties.Builder().messageId(tick.getMessageId())
			.correlationId(tick.getCorrelationId())
			.build();
		channel.basicPublish(topology.exchange() + ".outcome", EVENT, ids, body.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void aTickThatNobodyTakesExpires() throws Exception {
		try (TestTopology topology = topology()) {
			String idle = Names.unique("test.idle");
			var channel = topology.connection().createChannel();
			channel.queueDeclare(idle, true, false, false, null);
			channel.queueBind(idle, topology.exchange(), EVENT);
			try (ConfigurableApplicationContext app = start(topology, "--ticktock.scheduler.cron.a.job=* * * * * *")) {
				topology.recorder().await(4, PATIENCE);
				// A broker that expires from time to time, not at once, may hold a few.
				assertThat(channel.messageCount(idle)).isLessThan(4);
				assertThat(app.isRunning()).isTrue();
			}
			Awaitility.await().atMost(EXPIRY).until(() -> channel.messageCount(idle) == 0);
			channel.queueDelete(idle);
		}
	}

	@Test
	void ticksOfOneQueueReachOneOfItsWorkers() throws Exception {
		try (TestTopology topology = topology();
				ConfigurableApplicationContext app = start(topology, "--ticktock.scheduler.cron.a.job=* * * * * *")) {
			assertThat(app.isRunning()).isTrue();
			Recorder second = new Recorder(topology.connection(), topology.queue());
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> second.receipts().size() + topology.recorder().receipts().size() >= 6);
			List<Receipt> both = new ArrayList<>(topology.recorder().receipts());
			both.addAll(second.receipts());
			assertThat(both).extracting((receipt) -> receipt.properties().getMessageId()).doesNotHaveDuplicates();
			assertThat(second.receipts()).isNotEmpty();
		}
	}

	@Test
	void anEventOfTheGreatestLengthIsPublished() throws Exception {
		String event = "e".repeat(255);
		try (TestTopology topology = topology();
				ConfigurableApplicationContext app = start(topology,
						"--ticktock.scheduler.cron." + event + "=* * * * * *")) {
			assertThat(app.isRunning()).isTrue();
			Receipt receipt = awaitJobs(topology, 1).get(0);
			assertThat(receipt.event()).isEqualTo(event);
			assertThat(receipt.properties().getMessageId()).startsWith("md5:").endsWith("@" + receipt.slot());
			assertThat(receipt.body()).contains(event);
		}
	}

}
