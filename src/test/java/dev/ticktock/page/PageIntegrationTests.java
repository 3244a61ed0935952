package dev.ticktock.page;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.ticktock.support.Commands;
import dev.ticktock.support.FreePort;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the page is served, over HTTP.
 */
class PageIntegrationTests {

	private static final String SECRET = "no.one.may.see.this";

	private static final Path FILES = Path.of("src/main/resources/dev/ticktock/page");

	private static final Pattern NAMED = Pattern
		.compile("(?:src|href|from|:)\\s*\"?=?\"((?:\\./|page/)[\\w./-]+\\.(?:js|css))\"");

	private static final List<String> ANSWERS = List.of("/", "/page/page.css", "/page/app.js", "/page/overview",
			"/page/event?event=cron.minute.1", "/page/preview?line=@at&zone=UTC", "/page/none",
			"/page/overview?size=501");

	private static ConfigurableApplicationContext start(String... more) {
		return TickTockApp
			.start(List.of("--spring.profiles.active=embedded", "--spring.rabbitmq.port=" + FreePort.find(),
					"--spring.rabbitmq.password=" + SECRET, "--ticktock.discovery.password=" + SECRET,
					"--ticktock.scheduler.cron.a.job=* * * * * *", "--ticktock.scheduler.cron.[odd/job]=0 0 * * * *"),
					more);
	}

	private static String port(ConfigurableApplicationContext app) {
		return Objects.requireNonNull(app.getEnvironment().getProperty("local.server.port"));
	}

	private static HttpResponse<String> send(String port, String method, String path, String header, String value) {
		return Commands.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
			.method(method, HttpRequest.BodyPublishers.noBody())
			.header(header, value)
			.build());
	}

	private static HttpResponse<String> send(String port, String method, String path) {
		return send(port, method, path, "Origin", "http://example.com");
	}

	private static HttpResponse<String> get(String port, String path) {
		return send(port, "GET", path);
	}

	private static JsonNode json(String port, String path) {
		HttpResponse<String> response = get(port, path);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(response.body());
	}

	private static void assertHeaders(HttpResponse<?> response) {
		RequestGuard.HEADERS.forEach(
				(name, value) -> assertThat(response.headers().allValues(name)).as("%s of %s", name, response.uri())
					.containsExactly(value));
		assertThat(response.headers().map()).doesNotContainKey("Access-Control-Allow-Origin");
	}

	@Test
	void everyAnswerIsReadOnlyGuardedAndWithoutASecret() throws Exception {
		try (ConfigurableApplicationContext app = start()) {
			String port = port(app);
			for (String path : ANSWERS) {
				HttpResponse<String> response = get(port, path);
				assertHeaders(response);
				assertThat(response.body()).as(path).doesNotContain(SECRET);
				assertThat(send(port, "HEAD", path).statusCode()).as(path).isEqualTo(response.statusCode());
				for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
					assertThat(send(port, method, path).statusCode()).as(method + path).isGreaterThanOrEqualTo(400);
				}
			}
			assertHeaders(get(port, "/actuator/ticktock"));
			assertThat(get(port, "/").body()).contains("<title>TickTock</title>");
			assertThat(get(port, "/page/overview?size=501").statusCode()).isEqualTo(400);
			assertThat(get(port, "/page/overview?page=one").statusCode()).isEqualTo(400);
			assertThat(get(port, "/page/event?event=none").statusCode()).isEqualTo(204);
			assertThat(json(port, "/page/event?event=odd/job").required("event").asString()).isEqualTo("odd/job");
			assertThat(get(port, "/webjars/uplot/1.6.30/package.json").statusCode()).isEqualTo(404);
			assertThat(get(port, "/page/../application.yaml").statusCode()).isGreaterThanOrEqualTo(400);
			assertFiles(port);
		}
	}

	/**
	 * A renamed file, or another version of the plots, would leave a part of the page
	 * white.
	 */
	private static void assertFiles(String port) throws Exception {
		try (Stream<Path> files = Files.list(FILES)) {
			for (Path file : files.toList()) {
				for (MatchResult named : NAMED.matcher(Files.readString(file)).results().toList()) {
					String path = "/page/" + named.group(1).replaceFirst("^(\\./|page/)", "");
					HttpResponse<String> response = get(port, path);
					assertThat(response.statusCode()).as(file + ": " + path).isEqualTo(200);
					assertThat(response.headers().firstValue("Cache-Control")).contains("max-age=0, must-revalidate");
				}
			}
		}
		assertThat(send(port, "GET", "/page/page.css", "Accept-Encoding", "gzip").headers().map())
			.containsEntry("content-encoding", List.of("gzip"));
	}

	@Test
	void thePageCanBeSwitchedOff() {
		try (ConfigurableApplicationContext app = start("--ticktock.page.enabled=false")) {
			for (String path : ANSWERS) {
				assertThat(get(port(app), path).statusCode()).as(path).isEqualTo(404);
			}
			HttpResponse<String> endpoint = get(port(app), "/actuator/ticktock");
			assertThat(endpoint.statusCode()).isEqualTo(200);
			assertHeaders(endpoint);
		}
	}

	@Test
	void theDataAreThoseOfTheEndpointAlsoIfThatIsElsewhereOrNotThere() {
		try (ConfigurableApplicationContext app = start("--management.server.port=0")) {
			String management = Objects.requireNonNull(app.getEnvironment().getProperty("local.management.port"));
			assertThat(management).isNotEqualTo(port(app));
			assertHeaders(get(management, "/actuator/ticktock"));
			// A moment after the start there is a leader.
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> names(json(port(app), "/page/overview?size=3&timeline=2"))
					.equals(names(json(management, "/actuator/ticktock?size=3&timeline=2"))));
			assertThat(get(management, "/page/overview").statusCode()).isEqualTo(404);
			assertThat(get(port(app), "/actuator/ticktock").statusCode()).isEqualTo(404);
		}
		try (ConfigurableApplicationContext app = start("--management.endpoints.web.exposure.include=health")) {
			assertThat(get(port(app), "/actuator/ticktock").statusCode()).isEqualTo(404);
			assertThat(json(port(app), "/page/overview").required("summary").asString()).isNotEmpty();
		}
	}

	private static List<String> names(JsonNode json) {
		return List.copyOf(json.propertyNames());
	}

}
