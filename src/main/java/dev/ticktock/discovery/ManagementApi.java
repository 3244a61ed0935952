package dev.ticktock.discovery;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLContext;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
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

	/** Workers may nest their arguments as deep as they like. */
	private static final int DEEPEST = 100_000;

	private static final JsonMapper JSON = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
			.build())
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private final List<String> urls;

	private final String username;

	private final String authorization;

	private final String virtualHost;

	private final HttpClient http;

	private String last;

	/**
	 * Creates a reader.
	 * @param urls where to ask, at least one: the one that answered last goes first
	 * @param ssl what to trust; {@code null} for what the platform trusts
	 */
	ManagementApi(List<String> urls, String username, String password, String virtualHost, @Nullable SSLContext ssl) {
		this.urls = List.copyOf(urls);
		this.last = urls.get(0);
		this.username = username;
		this.authorization = "Basic "
				+ Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
		this.virtualHost = virtualHost;
		// Without redirects, which would take the password elsewhere.
		HttpClient.Builder builder = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(CONNECT);
		if (ssl != null) {
			builder.sslContext(ssl);
		}
		this.http = builder.build();
	}

	@Override
	public List<Binding> bindings(String exchange) throws BindingsUnavailableException, InterruptedException {
		List<String> order = new ArrayList<>(this.urls);
		order.remove(this.last);
		order.add(0, this.last);
		BindingsUnavailableException first = null;
		for (String url : order) {
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

	private List<Binding> bindings(String url, String exchange)
			throws BindingsUnavailableException, InterruptedException {
		HttpResponse<byte[]> response = ask(url, request(url, exchange));
		check(url, response);
		try {
			List<Binding> bindings = new ArrayList<>();
			for (Listed listed : JSON.readValue(response.body(), Listed[].class)) {
				bindings.add(listed.binding());
			}
			return bindings;
		}
		catch (JacksonException | NullPointerException ex) {
			throw new BindingsUnavailableException(
					"the response of %s is not a list of bindings (%s). Is it RabbitMQ's management API?".formatted(url,
							ex.getMessage()),
					true, ex);
		}
	}

	private HttpRequest request(String url, String exchange) throws BindingsUnavailableException {
		try {
			URI listing = URI.create("%s/api/exchanges/%s/%s/bindings/source?columns=%s"
				.formatted(url.replaceFirst("/+$", ""), encoded(this.virtualHost), encoded(exchange), COLUMNS));
			return HttpRequest.newBuilder(listing)
				.timeout(ANSWER)
				.header("Authorization", this.authorization)
				.header("Accept", "application/json")
				.build();
		}
		catch (IllegalArgumentException ex) {
			throw new BindingsUnavailableException(
					"%s is not a valid HTTP address (%s): a host name has letters, digits, hyphens and dots. Set ticktock.discovery.management-url to another name or to the IP address of the host"
						.formatted(url, ex.getMessage()),
					true, ex);
		}
	}

	/** Bounds the whole answer: the request's own timeout ends with its headers. */
	private HttpResponse<byte[]> ask(String url, HttpRequest request)
			throws BindingsUnavailableException, InterruptedException {
		CompletableFuture<HttpResponse<byte[]>> answer = this.http.sendAsync(request,
				HttpResponse.BodyHandlers.ofByteArray());
		try {
			return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw silent(url, reason((ex.getCause() != null) ? ex.getCause() : ex), ex);
		}
		catch (TimeoutException ex) {
			throw silent(url, "no answer within %d s".formatted(ANSWER.toSeconds()), ex);
		}
		finally {
			answer.cancel(true);
		}
	}

	private static BindingsUnavailableException silent(String url, String reason, Exception cause) {
		return new BindingsUnavailableException(
				"no management API answers at %s (%s). Enable it with \"rabbitmq-plugins enable rabbitmq_management\", or set ticktock.discovery.management-url"
					.formatted(url, reason),
				false, cause);
	}

	private static String reason(Throwable failure) {
		if (failure instanceof HttpConnectTimeoutException) {
			return "no connection within %d s".formatted(CONNECT.toSeconds());
		}
		if (failure instanceof ConnectException && failure.getMessage() == null) {
			for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
				if (cause instanceof UnresolvedAddressException) {
					return "unknown host";
				}
			}
			return "Connection refused";
		}
		boolean io = failure instanceof IOException && failure.getMessage() != null;
		return io ? String.valueOf(failure.getMessage()) : failure.toString();
	}

	private void check(String url, HttpResponse<?> response) throws BindingsUnavailableException {
		int status = response.statusCode();
		switch (status) {
			case 200 -> {
			}
			case 301, 302, 303, 307, 308 -> throw new BindingsUnavailableException(
					"%s redirects to %s; TickTock does not follow, because that would send the password there. Set ticktock.discovery.management-url to the management API itself"
						.formatted(url, response.headers().firstValue("Location").orElse("another place")),
					true, null);
			case 401, 403 -> throw new BindingsUnavailableException(
					"the management API at %s refuses user \"%s\" (status %d). Check ticktock.discovery.username and .password, and give the user access: rabbitmqctl set_user_tags \"%s\" management, and any permission in virtual host \"%s\""
						.formatted(url, this.username, status, this.username, this.virtualHost),
					true, null);
			case 404 -> throw new BindingsUnavailableException(
					"%s does not have the virtual host \"%s\" or the exchange in it (status 404). Is it the management API of the broker that spring.rabbitmq names?"
						.formatted(url, this.virtualHost),
					false, null);
			default -> throw new BindingsUnavailableException(
					"the management API at %s answers with status %d".formatted(url, status), false, null);
		}
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

		/**
		 * Returns the binding.
		 * @throws NullPointerException if it is none
		 */
		Binding binding() {
			Map<String, Object> given = new HashMap<>();
			if (this.arguments != null) {
				this.arguments.forEach((name, value) -> {
					if (value != null) {
						given.put(name, value);
					}
				});
			}
			return new Binding(Objects.requireNonNull(this.destination, "it has no destination"),
					!"exchange".equals(this.type), Objects.requireNonNull(this.key, "it has no routing_key"), given);
		}

	}

}
