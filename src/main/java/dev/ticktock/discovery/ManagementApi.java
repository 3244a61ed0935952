package dev.ticktock.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import javax.net.ssl.SSLContext;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads bindings from the management API of RabbitMQ, which LavinMQ has too. The listing
 * comes from the broker's metadata, not from its statistics, so it is never behind.
 */
final class ManagementApi implements BindingSource {

	private static final Duration CONNECT = Duration.ofSeconds(2);

	private static final Duration ANSWER = Duration.ofSeconds(10);

	private static final String COLUMNS = "destination,destination_type,routing_key,arguments";

	private static final JsonMapper JSON = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private final List<URI> urls;

	private final String username;

	private final String authorization;

	private final String virtualHost;

	private final HttpClient http;

	private URI last;

	/**
	 * Creates a reader.
	 * @param urls where to ask, at least one: the one that answered last goes first
	 * @param ssl what to trust; {@code null} for what the platform trusts
	 */
	ManagementApi(List<URI> urls, String username, String password, String virtualHost, @Nullable SSLContext ssl) {
		this.urls = List.copyOf(urls);
		this.last = urls.get(0);
		this.username = username;
		this.authorization = "Basic "
				+ Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
		this.virtualHost = virtualHost;
		HttpClient.Builder builder = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NORMAL)
			.connectTimeout(CONNECT);
		if (ssl != null) {
			builder.sslContext(ssl);
		}
		this.http = builder.build();
	}

	@Override
	public List<Binding> bindings(String exchange) throws BindingsUnavailableException, InterruptedException {
		List<URI> order = new ArrayList<>(this.urls);
		order.remove(this.last);
		order.add(0, this.last);
		BindingsUnavailableException first = null;
		for (URI url : order) {
			try {
				List<Binding> bindings = bindings(url, exchange);
				this.last = url;
				return bindings;
			}
			catch (BindingsUnavailableException ex) {
				first = (first != null) ? first : ex;
			}
		}
		throw Objects.requireNonNull(first, "there is an address");
	}

	private List<Binding> bindings(URI url, String exchange) throws BindingsUnavailableException, InterruptedException {
		String base = url.toString().replaceFirst("/+$", "");
		URI listing = URI.create("%s/api/exchanges/%s/%s/bindings/source?columns=%s".formatted(base,
				encoded(this.virtualHost), encoded(exchange), COLUMNS));
		HttpRequest request = HttpRequest.newBuilder(listing)
			.timeout(ANSWER)
			.header("Authorization", this.authorization)
			.header("Accept", "application/json")
			.build();
		try {
			HttpResponse<InputStream> response = this.http.send(request, HttpResponse.BodyHandlers.ofInputStream());
			try (InputStream body = response.body()) {
				check(url, response.statusCode());
				return List.of(JSON.readValue(body, Listed[].class)).stream().map(Listed::binding).toList();
			}
		}
		catch (JacksonException ex) {
			throw new BindingsUnavailableException(
					"what %s answers is no listing of bindings (%s). Is it the management API of RabbitMQ?"
						.formatted(url, ex.getOriginalMessage()),
					ex);
		}
		catch (IOException ex) {
			throw new BindingsUnavailableException(
					"no management API answers at %s (%s). Enable it with \"rabbitmq-plugins enable rabbitmq_management\", or set ticktock.discovery.management-url"
						.formatted(url, reason(ex)),
					ex);
		}
	}

	private void check(URI url, int status) throws BindingsUnavailableException {
		switch (status) {
			case 200 -> {
			}
			case 401, 403 -> throw new BindingsUnavailableException(
					"the management API at %s refuses user \"%s\" (status %d). Check ticktock.discovery.username and .password, and let the user in: rabbitmqctl set_user_tags \"%s\" management, and a permission in virtual host \"%s\""
						.formatted(url, this.username, status, this.username, this.virtualHost),
					null);
			case 404 -> throw new BindingsUnavailableException(
					"%s knows no bindings of virtual host \"%s\" (status 404). Is it the management API of the broker that spring.rabbitmq names?"
						.formatted(url, this.virtualHost),
					null);
			default -> throw new BindingsUnavailableException(
					"the management API at %s answers with status %d".formatted(url, status), null);
		}
	}

	private static String reason(IOException failure) {
		if (failure instanceof ConnectException && failure.getMessage() == null) {
			return "Connection refused";
		}
		if (failure instanceof HttpTimeoutException) {
			return "no answer within " + ANSWER.toSeconds() + " s";
		}
		return (failure.getMessage() != null) ? failure.getMessage() : failure.getClass().getSimpleName();
	}

	private static String encoded(String segment) {
		return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
	}

	/**
	 * A binding as the API lists it.
	 */
	private record Listed(@JsonProperty("destination") @Nullable String destination,
			@JsonProperty("destination_type") @Nullable String type, @JsonProperty("routing_key") @Nullable String key,
			@JsonProperty("arguments") @Nullable Map<String, @Nullable Object> arguments) {

		Binding binding() {
			Map<String, Object> given = new HashMap<>();
			if (this.arguments != null) {
				this.arguments.forEach((name, value) -> {
					if (value != null) {
						given.put(name, value);
					}
				});
			}
			return new Binding(String.valueOf(this.destination), !"exchange".equals(this.type),
					(this.key != null) ? this.key : "", given);
		}

	}

}
