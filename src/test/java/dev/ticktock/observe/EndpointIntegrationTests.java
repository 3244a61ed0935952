package dev.ticktock.observe;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.ticktock.documents.Document;
import dev.ticktock.support.CertificateAuthority;
import dev.ticktock.support.Commands;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.Names;
import dev.ticktock.support.RabbitMq;
import dev.ticktock.support.RabbitMqNode;
import dev.ticktock.support.RequiresRabbitMq;
import dev.ticktock.support.TestTopology;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What can be seen and done over HTTP.
 */
@ExtendWith(OutputCaptureExtension.class)
class EndpointIntegrationTests {

	private static final Set<String> EXPOSED = Set.of("health", "info", "metrics", "prometheus", "ticktock");

	private static final String PATH = "/actuator/ticktock";

	private static final String SECRET = "no.one.may.see.this";

	private static final String EVENT = "a.job";

	private static ConfigurableApplicationContext startEmbedded(String... more) {
		return TickTockApp.start(List.of("--spring.profiles.active=embedded",
				"--spring.rabbitmq.port=" + FreePort.find(), "--ticktock.scheduler.cron.a.job=* * * * * *"), more);
	}

	private static String base(ConfigurableApplicationContext app) {
		return "http://localhost:" + app.getEnvironment().getProperty("local.server.port");
	}

	private static HttpResponse<String> send(String method, String uri) {
		return Commands
			.send(HttpRequest.newBuilder(URI.create(uri)).method(method, HttpRequest.BodyPublishers.noBody()).build());
	}

	/**
	 * Returns the addresses of all endpoints, with a value in the place of a variable.
	 */
	private static Set<String> addresses(ConfigurableApplicationContext app) {
		JsonNode links = JsonMapper.shared().readTree(send("GET", base(app) + "/actuator").body()).required("_links");
		Set<String> addresses = new LinkedHashSet<>();
		links.forEach((link) -> addresses.add(link.required("href")
			.asString()
			.replace("{*path}", "readiness")
			.replace("{requiredMetricName}", "ticktock.leader")
			.replaceAll("\\{\\?.*}", "")
			.replaceAll("\\{\\*?\\w+}", EVENT)));
		return addresses;
	}

	@Test
	void onlyWhatIsDocumentedIsExposedAndAllOfItIsReadOnly() {
		try (ConfigurableApplicationContext app = startEmbedded("--ticktock.scheduler.cron.[report/nightly]=@daily")) {
			Set<String> addresses = addresses(app);
			String actuator = base(app) + "/actuator";
			assertThat(addresses).extracting((address) -> address.substring(actuator.length()).split("/", -1))
				.filteredOn((path) -> path.length > 1)
				.extracting((path) -> path[1])
				.containsOnly(EXPOSED.toArray(String[]::new))
				.containsAll(EXPOSED);
			for (String address : addresses) {
				Awaitility.await(address).atMost(PATIENCE).until(() -> send("GET", address).statusCode() == 200);
				for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
					assertThat(send(method, address).statusCode()).as(method + " " + address).isEqualTo(405);
				}
			}
			assertThat(send("GET", actuator + "/health").body()).contains("\"rabbit\"", "\"leader\"", "Qpid",
					"\"clockOffset\":\"unknown: only the broker's management API");
			assertThat(send("GET", actuator + "/health/liveness").body())
				.contains("\"threads\":[\"discovery\",\"history\",\"outcomes\",\"replica\",\"ticker\"]")
				.doesNotContain("rabbit");
			assertThat(send("GET", actuator + "/health/readiness").body()).contains("rabbit", "leader");
			assertThat(send("GET", actuator + "/ticktock/report/nightly").body())
				.contains("\"event\":\"report/nightly\"");
			assertThat(send("GET", actuator + "/ticktock/no.such.event").statusCode()).isEqualTo(404);
			for (String question : List.of("?size=501", "?sort=beauty", "?page=one")) {
				assertThat(send("GET", actuator + "/ticktock" + question).statusCode()).as(question).isEqualTo(400);
			}
			assertThat(send("GET", actuator + "/ticktock?size=501").body())
				.contains("size=501: a page has 1 to 500 schedules");
			for (String other : List.of("env", "beans", "configprops", "heapdump", "loggers", "sbom", "shutdown")) {
				assertThat(send("GET", actuator + "/" + other).statusCode()).as(other).isEqualTo(404);
			}
		}
	}

	@Test
	@RequiresRabbitMq(privateNode = true)
	void noCredentialIsInAnAnswerOrInTheLog(CapturedOutput output) throws Exception {
		RabbitMqNode node = RabbitMqNode.shared();
		String user = Names.unique("ticktock");
		node.ctl("add_user", user, SECRET);
		node.ctl("set_user_tags", user, "management");
		node.ctl("set_permissions", "-p", "/", user, ".*", ".*", ".*");
		try (TestTopology topology = new TestTopology(node.connectionFactory())) {
			try (ConfigurableApplicationContext app = startAs(user, node, topology)) {
				topology.recorder().await(2, PATIENCE);
				for (String address : addresses(app)) {
					assertThat(send("GET", address).body()).as(address).isNotEmpty().doesNotContain(SECRET);
				}
			}
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> startAs("nobody", node, topology).close());
		}
		assertThat(output.getAll()).contains("and 1 configured (a.job) to exchange", "Published a.job of", "refuses")
			.doesNotContain(SECRET);
	}

	/** The password of the broker is in the address, where it is most likely shown. */
	private static ConfigurableApplicationContext startAs(String user, RabbitMqNode node, TestTopology topology) {
		return TickTockApp
			.start(List.of("--spring.rabbitmq.addresses=amqp://%s:%s@127.0.0.1:%d".formatted(user, SECRET, node.port()),
					"--ticktock.discovery.management-url=http://127.0.0.1:" + node.managementPort(),
					"--ticktock.discovery.username=" + user, "--ticktock.discovery.password=" + SECRET,
					"--ticktock.scheduler.exchange=" + topology.exchange(),
					"--ticktock.scheduler.cron.a.job=* * * * * *", "--logging.level.dev.ticktock=debug"));
	}

	/** The files and the port are the test's, all else is as the document has it. */
	@Test
	void theEndpointsHaveAPortOfTheirOwnAndTlsAsDocumented(@TempDir Path folder) throws Exception {
		CertificateAuthority authority = CertificateAuthority.create(folder, "ca");
		authority.issue("tls", "localhost", "dns:localhost,ip:127.0.0.1");
		int port = FreePort.find();
		String settings = Document.of("docs/security.md").block("yaml", "bundle").text();
		assertThat(settings).contains("/etc/ticktock/tls.crt", "/etc/ticktock/tls.key", "port: 9443");
		Path file = Files.writeString(folder.resolve("application.yaml"),
				settings.replace("/etc/ticktock", folder.toString()).replace("port: 9443", "port: " + port));
		try (ConfigurableApplicationContext app = startEmbedded("--spring.config.additional-location=file:" + file)) {
			HttpClient trusting = authority.client();
			Map<String, Integer> answers = Map.of("https://localhost:" + port + "/actuator/health/liveness", 200,
					"https://localhost:" + port + "/actuator/prometheus", 200,
					base(app).replace("http:", "https:") + "/actuator/prometheus", 404);
			for (Map.Entry<String, Integer> each : answers.entrySet()) {
				HttpRequest request = HttpRequest.newBuilder(URI.create(each.getKey())).build();
				assertThat(trusting.send(request, HttpResponse.BodyHandlers.ofString()).statusCode()).as(each.getKey())
					.isEqualTo(each.getValue());
			}
			assertThat(send("GET", "http://localhost:" + port + "/actuator/prometheus").statusCode()).as("without TLS")
				.isEqualTo(400);
		}
	}

	private static JsonNode get(ConfigurableApplicationContext app, String path) {
		HttpResponse<String> response = TickTockApp.get(app, PATH + path);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(response.body()).doesNotContain(":null");
		return JsonMapper.shared().readTree(response.body());
	}

	private static ConfigurableApplicationContext start(TestTopology topology, String name, String... more) {
		List<String> arguments = new ArrayList<>(RabbitMq.get().arguments());
		arguments.addAll(List.of("--ticktock.replica=" + name, "--ticktock.scheduler.exchange=" + topology.exchange(),
				"--ticktock.scheduler.cron.a.job.cron=* * * * * *", "--ticktock.scheduler.cron.a.job.validity=1m"));
		return TickTockApp.start(arguments, more);
	}

	private static void awaitReplicas(ConfigurableApplicationContext app, String... members) {
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(get(app, "").required("replicas").valueStream())
				.extracting((member) -> "%s %s %s".formatted(member.required("name").asString(),
						member.required("role").asString(), member.path("differs")))
				.containsExactly(members));
	}

	private static void awaitTicks(ConfigurableApplicationContext app, int atLeast) {
		Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> get(app, "/" + EVENT).required("ticks")
				.valueStream()
				.filter((tick) -> tick.has("lagMillis"))
				.count() >= atLeast);
	}

	@Test
	@RequiresRabbitMq
	void aStandbyThatStartedLaterAnswersAsTheLeaderDoesAndTakesItsPlace() throws Exception {
		try (TestTopology topology = new TestTopology(RabbitMq.get().connect())) {
			ConfigurableApplicationContext leader = start(topology, "first");
			try (leader) {
				awaitTicks(leader, 3);
				topology.connection().createChannel().basicPublish(topology.exchange(), EVENT, null, new byte[0]);
				try (ConfigurableApplicationContext standby = start(topology, "second",
						"--ticktock.scheduler.cron.another.job=@daily")) {
					awaitTicks(standby, 5);
					for (ConfigurableApplicationContext each : List.of(leader, standby)) {
						awaitReplicas(each, "first LEADER false", "second STANDBY true");
						assertThat(get(each, "").required("leader").asString()).isEqualTo("first");
						Awaitility.await()
							.atMost(PATIENCE)
							.until(() -> get(each, "").required("journal").has("completeSince"));
						List<JsonNode> ticks = get(each, "/" + EVENT).required("ticks").valueStream().toList();
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
