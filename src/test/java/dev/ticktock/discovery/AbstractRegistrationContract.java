package dev.ticktock.discovery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.discovery.Audience.Unmatched;
import dev.ticktock.observe.TickTockEndpoint;
import dev.ticktock.support.Names;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.TickTockApp;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.hamcrest.Matchers.containsString;

/**
 * What workers that register their schedules may rely on, whichever broker it is. One
 * TickTock runs through all the tests.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class AbstractRegistrationContract {

	private static final Duration INTERVAL = Duration.ofMillis(200);

	private final String exchange = Names.unique("test.discovery");

	private ConfigurableApplicationContext app;

	private Connection connection;

	abstract int port();

	/** Returns what TickTock needs to find the broker. */
	abstract List<String> arguments();

	@BeforeAll
	void start() throws Exception {
		List<String> arguments = new ArrayList<>(arguments());
		arguments.add("--ticktock.scheduler.exchange=" + this.exchange);
		arguments.add("--ticktock.discovery.interval=" + INTERVAL);
		arguments.add("--ticktock.scheduler.cron.cron.second.30=-");
		arguments.add("--ticktock.scheduler.cron.spread.cron=H/2 * * * * *");
		arguments.add("--ticktock.scheduler.cron.spread.from=2020-01-01");
		arguments.add("--ticktock.scheduler.cron.spread.until=2120-12-31T12:00");
		arguments.add("--ticktock.scheduler.cron.spread.data=north");
		this.app = TickTockApp.start(arguments);
		ConnectionFactory factory = new ConnectionFactory();
		factory.setPort(port());
		this.connection = factory.newConnection("test");
	}

	@AfterAll
	void stop() throws Exception {
		this.connection.abort();
		this.app.close();
	}

	private DiscoveryStatus status() {
		return this.app.getBean(Discovery.class).status();
	}

	@Test
	void aWorkerRegistersByItsBindingAlone() throws Exception {
		String queue = Names.unique("report");
		Map<String, Object> arguments = Map.of("cron", "* * * * * *", "zone", "Europe/Oslo", "validity", "2m");
		Channel channel = this.connection.createChannel();
		channel.queueDeclare(queue, true, false, false, null);
		channel.queueBind(queue, this.exchange, "report.often", arguments);
		Recorder recorder = new Recorder(this.connection, queue);
		recorder.await(1, INTERVAL.plusSeconds(4));
		recorder.await(2, PATIENCE);
		channel.queueUnbind(queue, this.exchange, "report.often", arguments);
		Instant latest = Instant.now(Clock.systemUTC()).plus(INTERVAL).plusSeconds(2);
		Awaitility.await().atMost(PATIENCE).until(() -> status().schedules() == 0);
		Awaitility.await().atMost(PATIENCE).until(() -> Instant.now(Clock.systemUTC()).isAfter(latest));
		List<Receipt> receipts = recorder.receipts();
		for (int i = 0; i < receipts.size(); i++) {
			assertThat(receipts.get(i).slot()).isEqualTo(receipts.get(0).slot().plusSeconds(i));
			assertThat(receipts.get(i).at()).isBefore(latest);
		}
		channel.queueDelete(queue);
	}

	@Test
	void aScheduleMayBeSpreadBeginEndBeDueOnceAndCarryData() throws Exception {
		String queue = Names.unique("times");
		Instant slot = now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
		Awaitility.await().atMost(PATIENCE).until(() -> now().isAfter(slot.plusSeconds(1)));
		Channel channel = this.connection.createChannel();
		channel.queueDeclare(queue, true, false, false, null);
		Recorder recorder = new Recorder(this.connection, queue);
		Map<String, Object> once = Map.of("cron", "@at " + slot, "data", "{\"region\":\"south\"}");
		Instant end = slot.plusSeconds(6);
		channel.queueBind(queue, this.exchange, "once.late", once);
		channel.queueBind(queue, this.exchange, "once.early", Map.of("cron", "@at 2120-12-31T12:00"));
		channel.queueBind(queue, this.exchange, "once.over", Map.of("cron", "@at 2017-12-31T12:00"));
		channel.queueBind(queue, this.exchange, "once", Map.of("cron", "@at " + end.plusSeconds(1)));
		channel.queueBind(queue, this.exchange, "until",
				Map.of("cron", "H/2 * * * * *", "from", slot.toString(), "until", end.toString()));
		channel.queueBind(queue, this.exchange, "spread");
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(status().over()).extracting(Problem::event)
				.containsExactlyInAnyOrder("once.over", "until"));
		channel.queueUnbind(queue, this.exchange, "once.late", once);
		Awaitility.await().atMost(PATIENCE).until(() -> status().schedules() == 2);
		channel.queueBind(queue, this.exchange, "once.late", once);
		Awaitility.await().atMost(PATIENCE).until(() -> status().schedules() == 3);
		int before = recorder.receipts().size();
		recorder.await(before + 2, PATIENCE);
		Map<String, List<Receipt>> ticks = recorder.receipts()
			.stream()
			.collect(Collectors.groupingBy((receipt) -> receipt.envelope().getRoutingKey()));
		assertThat(ticks).containsOnlyKeys("once.late", "once", "until", "spread");
		assertThat(ticks.get("once.late")).extracting(Receipt::body)
			.containsExactly(
					"{\"event\":\"once.late\",\"slot\":\"%s\",\"previous\":null,\"next\":null,\"data\":\"{\\\"region\\\":\\\"south\\\"}\",\"validUntil\":\"%s\"}"
						.formatted(slot, slot.plus(Duration.ofHours(12))));
		assertThat(ticks.get("once")).extracting(Receipt::slot).containsExactly(end.plusSeconds(1));
		assertThat(ticks.get("until")).last().extracting(Receipt::body, STRING).contains("\"next\":null");
		assertThat(ticks.get("spread")).extracting(Receipt::body)
			.allSatisfy((body) -> assertThat(body).contains("\"data\":\"north\""));
		assertThat(status().problems()).isEmpty();
		channel.queueDelete(queue);
		Awaitility.await().atMost(PATIENCE).until(() -> status().schedules() == 0);
	}

	private static Instant now() {
		return Instant.now(Clock.systemUTC());
	}

	@Test
	void whatIsWrongWithABindingIsShownAndTheRestGoesOn() throws Exception {
		String queue = Names.unique("bad");
		Channel channel = this.connection.createChannel();
		channel.queueDeclare(queue, true, false, false, null);
		channel.queueBind(queue, this.exchange, "bad.line", Map.of("cron", "0 99 * * * *"));
		channel.queueBind(queue, this.exchange, "bad.type", Map.of("cron", 5));
		channel.queueBind(queue, this.exchange, "bad.#", Map.of("cron", "* * * * * *"));
		channel.queueBind(queue, this.exchange, "cron.hour.1", Map.of("cron", "* * * * * *"));
		channel.queueBind(queue, this.exchange, "cron.second.30", Map.of("cron", "* * * * * *"));
		Map<String, Object> good = new HashMap<>(Map.of("cron", "* * * * * *", "validity", 90_000.0));
		good.put("zone", null);
		channel.queueBind(queue, this.exchange, "good.line", good);
		Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> status().problems().size() == 5 && channel.messageCount(queue) > 0);
		assertThat(status().problems()).extracting(Problem::event)
			.containsExactlyInAnyOrder("bad.line", "bad.type", "bad.#", "cron.hour.1", "cron.second.30");
		assertThat(status().schedules()).isOne();
		channel.queueDelete(queue);
		Awaitility.await().atMost(PATIENCE).until(() -> status().problems().isEmpty() && status().schedules() == 0);
	}

	@Test
	void whatIsOnHoldHasNoTicksAndGoesOnAtTheNextSlot() throws Exception {
		String queue = Names.unique("held");
		String hold = this.exchange + ".hold";
		Map<String, Object> arguments = Map.of("by", "ana", "why", "a new disk", "cron", "* * * * * *");
		Channel channel = this.connection.createChannel();
		channel.queueDeclare(queue, true, false, false, null);
		channel.queueBind(queue, this.exchange, "held.often", Map.of("cron", "* * * * * *", "validity", "2m"));
		Recorder recorder = new Recorder(this.connection, queue);
		recorder.await(1, PATIENCE);
		channel.queueBind(hold, this.exchange, "held.#", arguments);
		Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> report("held.often"),
					containsString("\"held\":{\"key\":\"held.#\",\"by\":\"ana\",\"why\":\"a new disk\"}"));
		assertThat(this.app.getBean(MeterRegistry.class).get("ticktock.held").gauge().value()).isOne();
		int before = recorder.receipts().size();
		Awaitility.await()
			.during(Duration.ofSeconds(2))
			.atMost(PATIENCE)
			.until(() -> recorder.receipts().size() == before);
		assertThat(status().problems()).isEmpty();
		assertThat(status().schedules()).isOne();
		assertThat(status().audience().queues("held.often")).containsExactly(queue);
		Instant ended = Instant.now(Clock.systemUTC());
		channel.queueUnbind(hold, this.exchange, "held.#", arguments);
		recorder.await(before + 2, PATIENCE);
		assertThat(recorder.receipts().get(before).slot()).isAfter(ended);
		assertThat(report("held.often")).doesNotContain("\"held\":{").contains("\"reason\":\"held\"");
		channel.queueDelete(queue);
		Awaitility.await().atMost(PATIENCE).until(() -> status().schedules() == 0);
	}

	private String report(String event) {
		Object report = this.app.getBean(TickTockEndpoint.class).event(event);
		return this.app.getBean(EndpointJsonMapper.class).get().writeValueAsString(report);
	}

	@Test
	void whoListensIsKnown() throws Exception {
		String queue = Names.unique("listener");
		Channel channel = this.connection.createChannel();
		channel.queueDeclare(queue, true, false, false, null);
		channel.queueBind(queue, this.exchange, "cron.hour.*");
		channel.queueBind(queue, this.exchange, "cron.minutes.5");
		Awaitility.await().atMost(PATIENCE).until(() -> !status().audience().unmatched().isEmpty());
		Audience audience = status().audience();
		assertThat(audience.unmatched()).containsExactly(new Unmatched("cron.minutes.5", queue, "cron.minute.5"));
		assertThat(audience.queues("cron.hour.1")).containsExactly(queue);
		assertThat(audience.queues("cron.minute.5")).isEmpty();
		channel.queueDelete(queue);
	}

}
