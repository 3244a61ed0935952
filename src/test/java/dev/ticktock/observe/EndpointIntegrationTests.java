package dev.ticktock.observe;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

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

	private static final String JOB = "a.job";

	private static final String SECRET = "no.one.may.see.this";

	private static HttpResponse<String> send(ConfigurableApplicationContext app, String method, String path)
			throws Exception {
		URI uri = URI.create("http://localhost:%s/actuator/ticktock%s"
			.formatted(app.getEnvironment().getProperty("local.server.port"), path));
		HttpRequest request = HttpRequest.newBuilder(uri)
			.method(method, HttpRequest.BodyPublishers.noBody())
			.header("Origin", "http://example.com")
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static JsonNode get(ConfigurableApplicationContext app, String path) throws Exception {
		HttpResponse<String> response = send(app, "GET", path);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(response.body()).doesNotContain(":null");
		assertThat(response.headers().map()).doesNotContainKey("Access-Control-Allow-Origin");
		return JsonMapper.shared().readTree(response.body());
	}

	private static ConfigurableApplicationContext start(List<String> arguments, String exchange, String name) {
		return TickTockApp.start(arguments, "--ticktock.replica=" + name, "--ticktock.scheduler.exchange=" + exchange,
				"--ticktock.scheduler.cron.a.job.cron=* * * * * *", "--ticktock.scheduler.cron.a.job.validity=1m");
	}

	private static void awaitTicks(ConfigurableApplicationContext app, int atLeast) {
		Awaitility.await().atMost(PATIENCE).until(() -> {
			JsonNode ticks = JsonMapper.shared().readTree(send(app, "GET", "/" + JOB).body()).path("ticks");
			return ticks.valueStream().filter((tick) -> tick.has("lagMillis")).count() >= atLeast;
		});
	}

	@Test
	void isReadOnlyAndTellsNoSecretAndKnowsWhatTheReplicaPublished() throws Exception {
		try (ConfigurableApplicationContext app = start(List.of("--spring.profiles.active=embedded",
				"--spring.rabbitmq.port=" + FreePort.find(), "--spring.rabbitmq.password=" + SECRET,
				"--ticktock.discovery.password=" + SECRET, "--ticktock.scheduler.cron.[report/nightly]=@daily"),
				"cron.schedule", "only")) {
			awaitTicks(app, 2);
			JsonNode overview = get(app, "");
			assertThat(overview.required("summary").asString())
				.startsWith("All well: 18 schedules, 1 replica, Apache Qpid");
			assertThat(overview.required("leader").asString()).isEqualTo("only");
			JsonNode event = get(app, "/" + JOB);
			assertThat(event.required("next")).hasSize(5);
			assertThat(event.required("ticks").get(0).required("leader").asString()).isEqualTo("only");
			assertThat(send(app, "GET", "").body() + send(app, "GET", "/" + JOB).body()).doesNotContain(SECRET);
			assertThat(send(app, "GET", "/no.such.event").statusCode()).isEqualTo(404);
			assertThat(get(app, "/report/nightly").required("event").asString()).isEqualTo("report/nightly");
			assertThat(send(app, "GET", "?size=501").statusCode()).isEqualTo(400);
			assertThat(send(app, "GET", "?sort=beauty").statusCode()).isEqualTo(400);
			assertThat(send(app, "GET", "?page=one").statusCode()).isEqualTo(400);
			for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
				assertThat(send(app, method, "").statusCode()).as(method).isGreaterThanOrEqualTo(400);
				assertThat(send(app, method, "/" + JOB).statusCode()).as(method).isGreaterThanOrEqualTo(400);
			}
		}
	}

	@Test
	@RequiresRabbitMq
	void aStandbyThatStartedLaterAnswersAsTheLeaderDoes() throws Exception {
		List<String> arguments = new ArrayList<>(RabbitMq.get().arguments());
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect());
				ConfigurableApplicationContext leader = start(arguments, topology.exchange(), "first")) {
			awaitTicks(leader, 3);
			topology.connection().createChannel().basicPublish(topology.exchange(), JOB, null, new byte[0]);
			try (ConfigurableApplicationContext standby = start(arguments, topology.exchange(), "second")) {
				awaitTicks(standby, 5);
				JsonNode overview = get(standby, "?search=" + JOB);
				assertThat(overview.required("leader").asString()).isEqualTo("first");
				assertThat(overview.required("replica").required("role").asString()).isEqualTo("STANDBY");
				assertThat(overview.required("schedules").required("items").get(0).required("lagMillis").asLong())
					.isBetween(0L, 10_000L);
				Awaitility.await()
					.atMost(PATIENCE)
					.until(() -> get(standby, "").required("journal").has("completeSince"));
				for (ConfigurableApplicationContext each : List.of(leader, standby)) {
					List<String> slots = new ArrayList<>();
					int byHand = 0;
					for (JsonNode tick : get(each, "/" + JOB).required("ticks")) {
						byHand += tick.required("byHand").asBoolean() ? 1 : 0;
						slots.add(tick.required("slot").asString());
					}
					assertThat(byHand).isOne();
					assertThat(slots).isSortedAccordingTo((one, other) -> other.compareTo(one))
						.hasSizeGreaterThanOrEqualTo(5);
				}
			}
		}
	}

}
