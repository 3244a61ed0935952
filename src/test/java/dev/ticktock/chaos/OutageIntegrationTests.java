package dev.ticktock.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

import dev.ticktock.support.Moment;
import dev.ticktock.support.Patience;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TickTockApp;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * After an outage the endpoint names exactly the slots that were skipped.
 */
@RequiresRabbitMq(privateNode = true)
class OutageIntegrationTests {

	private static final String JOB = "a.job";

	/** Longer than the default validity of a schedule of each second, and than a boot. */
	private static final Duration OUTAGE = Duration.ofSeconds(Scenario.times(5, 600));

	@Test
	void eachSlotIsEitherPublishedOrNamedAsSkipped() throws Exception {
		try (RabbitMqNode node = new RabbitMqNode().start()) {
			Instant stopped;
			try (ConfigurableApplicationContext app = start(node)) {
				awaitTickAfter(app, Instant.now().plusSeconds(2));
				node.stop();
				Instant away = Instant.now();
				Moment.await(away.plus(OUTAGE));
				node.start();
				awaitTickAfter(app, Instant.now().plusSeconds(2));
				JsonNode report = report(app);
				assertThat(skipped(report, "outage")).contains(away.getEpochSecond() + 2);
				assertEachSlotIsOnce(report);
				stopped = Instant.now();
			}
			Moment.await(stopped.plus(OUTAGE));
			try (ConfigurableApplicationContext app = start(node)) {
				awaitTickAfter(app, Instant.now().plusSeconds(2));
				JsonNode report = report(app);
				assertThat(skipped(report, "outage")).isNotEmpty();
				assertThat(skipped(report, "no_leader")).contains(stopped.getEpochSecond() + 3);
				assertEachSlotIsOnce(report);
			}
		}
	}

	private static ConfigurableApplicationContext start(RabbitMqNode node) {
		return TickTockApp.start(List.of("--spring.rabbitmq.port=" + node.port()),
				"--ticktock.scheduler.cron.a.job=* * * * * *");
	}

	private static void awaitTickAfter(ConfigurableApplicationContext app, Instant instant) {
		Patience.await().until(() -> {
			List<Long> published = published(report(app));
			return !published.isEmpty() && published.get(0) > instant.getEpochSecond();
		});
	}

	private static JsonNode report(ConfigurableApplicationContext app) {
		return JsonMapper.shared().readTree(TickTockApp.get(app, "/actuator/ticktock/" + JOB).body());
	}

	private static List<Long> published(JsonNode report) {
		List<Long> slots = new ArrayList<>();
		report.required("ticks").forEach((tick) -> slots.add(second(tick, "slot")));
		return slots;
	}

	private static List<Long> skipped(JsonNode report, String reason) {
		List<Long> slots = new ArrayList<>();
		report.required("skipped").forEach((skip) -> {
			if (skip.required("reason").asString().contains(reason)) {
				long first = second(skip, "first");
				long last = second(skip, "last");
				assertThat(skip.required("count").asLong()).isEqualTo(last - first + 1);
				LongStream.rangeClosed(first, last).forEach(slots::add);
			}
		});
		return slots;
	}

	private static long second(JsonNode node, String field) {
		return Instant.parse(node.required(field).asString()).getEpochSecond();
	}

	private static void assertEachSlotIsOnce(JsonNode report) {
		List<Long> slots = published(report);
		slots.addAll(skipped(report, ""));
		slots.sort(null);
		assertThat(slots).as(report.toString())
			.containsExactlyElementsOf(
					LongStream.rangeClosed(slots.get(0), slots.get(slots.size() - 1)).boxed().toList());
	}

}
