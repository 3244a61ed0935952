package dev.ticktock.observe;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import dev.ticktock.support.FreePort;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The endpoint over HTTP.
 */
class EndpointIntegrationTests {

	private static final String PATH = "/actuator/ticktock";

	private static final String JOB = "a.job";

	private static JsonNode get(ConfigurableApplicationContext app, String path) {
		HttpResponse<String> response = TickTockApp.get(app, PATH + path);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(response.body()).doesNotContain(":null");
		return JsonMapper.shared().readTree(response.body());
	}

	private static ConfigurableApplicationContext start(List<String> arguments, String name, String... more) {
		return TickTockApp.start(Stream
			.concat(arguments.stream(), Stream.of("--ticktock.replica=" + name,
					"--ticktock.scheduler.cron.a.job.cron=* * * * * *", "--ticktock.scheduler.cron.a.job.validity=1m"))
			.toList(), more);
	}

	private static void awaitReplicas(ConfigurableApplicationContext app, String... members) {
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(get(app, "").required("replicas").valueStream())
				.extracting((member) -> "%s %s %s".formatted(member.required("name").asString(),
						member.required("role").asString(), member.required("differs")))
				.containsExactly(members));
	}

	private static void awaitTicks(ConfigurableApplicationContext app, int atLeast) {
		Awaitility.await().atMost(PATIENCE).until(() -> {
			JsonNode ticks = JsonMapper.shared().readTree(TickTockApp.get(app, PATH + "/" + JOB).body()).path("ticks");
			return ticks.valueStream().filter((tick) -> tick.has("lagMillis")).count() >= atLeast;
		});
	}

	@Test
	void anEventMayHoldASlashAndAWrongQuestionIsRefused() {
		try (ConfigurableApplicationContext app = start(
				List.of("--spring.profiles.active=embedded", "--spring.rabbitmq.port=" + FreePort.find()), "only",
				"--ticktock.scheduler.cron.[report/nightly]=@daily")) {
			awaitTicks(app, 2);
			JsonNode overview = get(app, "");
			assertThat(overview.required("summary").asString())
				.startsWith("All well: 18 schedules, 1 replica, Apache Qpid");
			assertThat(overview.required("leader").asString()).isEqualTo("only");
			JsonNode event = get(app, "/" + JOB);
			assertThat(event.required("next")).hasSize(5);
			assertThat(event.required("ticks").get(0).required("leader").asString()).isEqualTo("only");
			assertThat(get(app, "/report/nightly").required("event").asString()).isEqualTo("report/nightly");
			assertThat(TickTockApp.get(app, PATH + "/no.such.event").statusCode()).isEqualTo(404);
			for (String question : List.of("?size=501", "?sort=beauty", "?page=one")) {
				assertThat(TickTockApp.get(app, PATH + question).statusCode()).as(question).isEqualTo(400);
			}
		}
	}

	@Test
	@RequiresRabbitMq
	void aStandbyThatStartedLaterAnswersAsTheLeaderDoesAndTakesItsPlace() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect())) {
			List<String> arguments = new ArrayList<>(RabbitMq.get().arguments());
			arguments.add("--ticktock.scheduler.exchange=" + topology.exchange());
			ConfigurableApplicationContext leader = start(arguments, "first");
			try (leader) {
				awaitTicks(leader, 3);
				topology.connection().createChannel().basicPublish(topology.exchange(), JOB, null, new byte[0]);
				try (ConfigurableApplicationContext standby = start(arguments, "second",
						"--ticktock.scheduler.cron.another.job=@daily")) {
					awaitTicks(standby, 5);
					for (ConfigurableApplicationContext each : List.of(leader, standby)) {
						awaitReplicas(each, "first LEADER false", "second STANDBY true");
						assertThat(get(each, "").required("leader").asString()).isEqualTo("first");
						Awaitility.await()
							.atMost(PATIENCE)
							.until(() -> get(each, "").required("journal").has("completeSince"));
						List<JsonNode> ticks = get(each, "/" + JOB).required("ticks").valueStream().toList();
						assertThat(ticks).filteredOn((tick) -> tick.required("byHand").asBoolean()).hasSize(1);
						assertThat(ticks).extracting((tick) -> tick.required("slot").asString())
							.isSortedAccordingTo(Comparator.reverseOrder())
							.hasSizeGreaterThanOrEqualTo(5);
					}
					leader.close();
					awaitReplicas(standby, "second LEADER false");
				}
			}
		}
	}

}
