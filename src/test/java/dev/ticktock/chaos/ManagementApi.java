package dev.ticktock.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static dev.ticktock.support.Patience.PATIENCE;

/**
 * What an operator does in the broker's own UI, over the API behind it.
 */
final class ManagementApi {

	private final HttpClient http = HttpClient.newHttpClient();

	private final String connections;

	ManagementApi(int port) {
		this.connections = "http://127.0.0.1:%d/api/connections".formatted(port);
	}

	/**
	 * Waits until a connection is listed, which takes the API some seconds.
	 * @param provided the name that the client gave it
	 * @return the name that the broker gave it
	 */
	String awaitConnection(String provided) {
		List<String> found = new ArrayList<>();
		Awaitility.await("a connection " + provided).atMost(PATIENCE).until(() -> {
			String body = send(request(this.connections).GET().build());
			for (JsonNode connection : JsonMapper.shared().readTree(body)) {
				if (provided.equals(connection.path("user_provided_name").asString(""))) {
					found.add(connection.path("name").asString());
				}
			}
			return !found.isEmpty();
		});
		return found.get(0);
	}

	/** Closes a connection. */
	void close(String name, String reason) throws IOException, InterruptedException {
		String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
		send(request(this.connections + "/" + encoded).DELETE().header("X-Reason", reason).build());
	}

	private String send(HttpRequest request) throws IOException, InterruptedException {
		HttpResponse<String> response = this.http.send(request, HttpResponse.BodyHandlers.ofString());
		if (response.statusCode() / 100 != 2) {
			throw new IOException("%s: %d %s".formatted(request, response.statusCode(), response.body()));
		}
		return response.body();
	}

	private static HttpRequest.Builder request(String uri) {
		String account = Base64.getEncoder().encodeToString("guest:guest".getBytes(StandardCharsets.UTF_8));
		return HttpRequest.newBuilder(URI.create(uri)).header("Authorization", "Basic " + account);
	}

}
