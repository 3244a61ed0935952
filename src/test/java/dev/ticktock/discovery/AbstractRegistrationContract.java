package dev.ticktock.discovery;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.ticktock.observe.TickTockEndpoint;
import dev.ticktock.support.Names;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.Recorder;
import dev.ticktock.support.Recorder.Receipt;
import dev.ticktock.support.TickTockApp;
import io.micrometer.core.instrument.MeterRegistry;
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
		this.app = TickTockApp.start(arguments(), "--ticktock.scheduler.exchange=" + this.exchange,
				"--ticktock.discovery.interval=" + INTERVAL, "--ticktock.scheduler.cron.cron.second.30=-",
				"--ticktock.scheduler.cron.spread.cron=H/2 * * * * *",
				"--ticktock.scheduler.cron.spread.from=2020-01-01",
				"--ticktock.scheduler.cron.spread.until=2120-12-31T12:00",
				"--ticktock.scheduler.cron.spread.data=north");
		this.connection = RabbitMq.local(port()).connect();
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
		Recorder recorder = Recorder.bind(this.connection, this.exchange, queue, "report.often", arguments);
		recorder.await(1, INTERVAL.plusSeconds(4));
		recorder.await(2, PATIENCE);
		Channel channel = this.connection.createChannel();
		channel.queueUnbind(queue, this.exchange, "report.often", arguments);
		Instant latest = Instant.now().plus(INTERVAL).plusSeconds(2);
		Patience.await().until(() -> status().schedules() == 0);
		Patience.await().until(() -> Instant.now().isAfter(latest));
		Recorder.assertGapless(recorder.receipts(), Duration.ofSeconds(1));
		assertThat(recorder.receipts()).allMatch((receipt) -> receipt.at().isBefore(latest));
		channel.queueDelete(queue);
	}

	@Test
	void aScheduleMayBeSpreadBeginEndBeDueOnceAndCarryData() throws Exception {
		String queue = Names.unique("times");
		Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(6);
		Recorder recorder = Recorder.bind(this.connection, this.exchange, queue, "until",
				Map.of("cron", "H/2 * * * * *", "from", "2020-01-01", "until", end.toString(), "data", "south"));
		Channel channel = this.connection.createChannel();
		channel.queueBind(queue, this.exchange, "once", Map.of("cron", "@at " + end.plusSeconds(1)));
		channel.queueBind(queue, this.exchange, "spread");
		Patience.await()
			.untilAsserted(() -> assertThat(status().over()).extracting(Problem::event).containsExactly("until"));
		recorder.await(recorder.receipts().size() + 2, PATIENCE);
		Map<String, List<Receipt>> ticks = recorder.receipts().stream().collect(Collectors.groupingBy(Receipt::event));
		assertThat(ticks).containsOnlyKeys("once", "until", "spread");
		assertThat(ticks.get("once")).extracting(Receipt::slot).containsExactly(end.plusSeconds(1));
		assertThat(ticks.get("until")).last()
			.extracting(Receipt::body, STRING)
			.contains("\"next\":null", "\"data\":\"south\"");
		assertThat(ticks.get("spread")).extracting(Receipt::body)
			.allSatisfy((body) -> assertThat(body).contains("\"data\":\"north\""));
		assertThat(status().problems()).isEmpty();
		channel.queueDelete(queue);
		Patience.await().until(() -> status().schedules() == 0);
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
		Patience.await().until(() -> status().problems().size() == 5 && channel.messageCount(queue) > 0);
		assertThat(status().problems()).extracting(Problem::event)
			.containsExactlyInAnyOrder("bad.line", "bad.type", "bad.#", "cron.hour.1", "cron.second.30");
		assertThat(status().schedules()).isOne();
		channel.queueDelete(queue);
		Patience.await().until(() -> status().problems().isEmpty() && status().schedules() == 0);
	}

	@Test
	void whatIsOnHoldHasNoTicksAndGoesOnAtTheNextSlot() throws Exception {
		String queue = Names.unique("held");
		String hold = this.exchange + ".hold";
		Map<String, Object> arguments = Map.of("by", "ana", "why", "a new disk", "cron", "* * * * * *");
		Channel channel = this.connection.createChannel();
		Recorder recorder = Recorder.bind(this.connection, this.exchange, queue, "held.often",
				Map.of("cron", "* * * * * *", "validity", "2m"));
		recorder.await(1, PATIENCE);
		channel.queueBind(hold, this.exchange, "held.#", arguments);
		Patience.await()
			.until(() -> report("held.often"),
					containsString("\"held\":{\"key\":\"held.#\",\"by\":\"ana\",\"why\":\"a new disk\"}"));
		assertThat(this.app.getBean(MeterRegistry.class).get("ticktock.held").gauge().value()).isOne();
		int before = recorder.receipts().size();
		Patience.await().during(Duration.ofSeconds(2)).until(() -> recorder.receipts().size() == before);
		assertThat(status().problems()).isEmpty();
		assertThat(status().schedules()).isOne();
		assertThat(status().audience().queues("held.often")).containsExactly(queue);
		assertThat(channel.messageCount(hold)).isZero();
		Instant ended = Instant.now();
		channel.queueUnbind(hold, this.exchange, "held.#", arguments);
		recorder.await(before + 2, PATIENCE);
		assertThat(recorder.receipts().get(before).slot()).isAfter(ended);
		assertThat(report("held.often")).doesNotContain("\"held\":{").contains("\"reason\":\"held\"");
		channel.queueDelete(queue);
		Patience.await().until(() -> status().schedules() == 0);
	}

	private String report(String event) {
		Object report = this.app.getBean(TickTockEndpoint.class).event(event);
		return this.app.getBean(EndpointJsonMapper.class).get().writeValueAsString(report);
	}

}
