package dev.ticktock.chaos;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

import dev.ticktock.support.Commands;
import org.awaitility.Awaitility;
import tools.jackson.databind.json.JsonMapper;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an operator does in the broker's own UI, over the API behind it.
 */
final class ManagementApi {

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
		return Awaitility.await("a connection " + provided)
			.atMost(PATIENCE)
			.until(() -> JsonMapper.shared()
				.readTree(send(request(this.connections).GET()))
				.valueStream()
				.filter((each) -> provided.equals(each.path("user_provided_name").asString("")))
				.findFirst(), Optional::isPresent)
			.orElseThrow()
			.path("name")
			.asString();
	}

	void close(String name, String reason) {
		String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
		send(request(this.connections + "/" + encoded).DELETE().header("X-Reason", reason));
	}

	private static String send(HttpRequest.Builder request) {
		HttpResponse<String> response = Commands.send(request.build());
		assertThat(response.statusCode()).as(response::body).isBetween(200, 299);
		return response.body();
	}

	private static HttpRequest.Builder request(String uri) {
		String account = Base64.getEncoder().encodeToString("guest:guest".getBytes(StandardCharsets.UTF_8));
		return HttpRequest.newBuilder(URI.create(uri)).header("Authorization", "Basic " + account);
	}

}
