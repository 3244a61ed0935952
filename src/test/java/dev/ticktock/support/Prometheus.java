package dev.ticktock.support;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Prometheus of the test's own, from the installed {@code prometheus}: on a free
 * loopback port, with its data in a folder of the test, reading and evaluating twice a
 * second.
 */
public final class Prometheus implements AutoCloseable {

	private final int port = FreePort.find();

	private final Program program;

	/**
	 * Starts a Prometheus and waits until it is ready. Skips the test where none is
	 * installed.
	 * @param folder an empty folder, for its data
	 * @param rules what its file of rules says
	 * @param targets hosts and ports of what it reads, in the job "ticktock"
	 */
	public Prometheus(Path folder, String rules, List<String> targets) throws IOException {
		Skipped.unlessInstalled("prometheus", "prometheus");
		Files.writeString(folder.resolve("rules.yml"), rules);
		Path configuration = Files.writeString(folder.resolve("prometheus.yml"), """
				global:
				  scrape_interval: 500ms
				  evaluation_interval: 500ms
				rule_files: [ "rules.yml" ]
				scrape_configs:
				  - job_name: ticktock
				    metrics_path: /actuator/prometheus
				    static_configs:
				      - targets: %s
				""".formatted(JsonMapper.shared().writeValueAsString(targets)));
		this.program = new Program(new ProcessBuilder("prometheus", "--config.file=" + configuration,
				"--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + this.port));
		this.program.await(".*Server is ready to receive web requests.*");
	}

	/**
	 * Runs {@code promtool}, which is installed with Prometheus. Skips the test where it
	 * is not.
	 * @return what it wrote, if it succeeded
	 * @throws IllegalStateException if it did not
	 */
	public static String promtool(String... arguments) {
		Skipped.unlessInstalled("promtool", "prometheus");
		List<String> command = new ArrayList<>(List.of("promtool"));
		command.addAll(List.of(arguments));
		return Commands.run(command);
	}

	/**
	 * Returns the state of each alert: {@code inactive}, {@code pending}, {@code firing}.
	 */
	public Map<String, String> alerts() {
		Map<String, String> states = new LinkedHashMap<>();
		rules().forEach((rule) -> states.put(rule.required("name").asString(), rule.required("state").asString()));
		return states;
	}

	/** Returns the annotations with which an alert fires, of one of its series. */
	public JsonNode annotations(String alert) {
		for (JsonNode rule : rules()) {
			if (rule.required("name").asString().equals(alert)) {
				return rule.required("alerts").required(0).required("annotations");
			}
		}
		throw new IllegalArgumentException("no alert " + alert);
	}

	private JsonNode rules() {
		return get("/api/v1/rules?type=alert").required("groups").required(0).required("rules");
	}

	/**
	 * Returns the series that an expression yields now.
	 * @throws IllegalStateException if it is wrong
	 */
	public JsonNode query(String expression) {
		return get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)).required("result");
	}

	private JsonNode get(String path) {
		HttpResponse<String> response = Commands.get("http://127.0.0.1:%d%s".formatted(this.port, path));
		if (response.statusCode() != 200) {
			throw new IllegalStateException("%s: %s".formatted(path, response.body()));
		}
		return JsonMapper.shared().readTree(response.body()).required("data");
	}

	@Override
	public void close() {
		this.program.terminate();
	}

}
