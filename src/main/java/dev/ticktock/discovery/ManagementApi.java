package dev.ticktock.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.schedule.Quotable;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.JacksonIOException;

import org.springframework.web.util.UriUtils;

/**
 * Reads bindings from the management API of RabbitMQ, which LavinMQ has too. The listing
 * comes from the broker's metadata, not from its statistics, so it is never behind. Asks
 * on the calling thread: Java's newer HTTP client has a thread of its own, which an Error
 * ends in silence.
 */
final class ManagementApi implements BindingSource {

	private static final Duration CONNECT = Duration.ofSeconds(2);

	/** RabbitMQ 3.10 needs some seconds for 50,000 bindings. */
	static final Duration ANSWER = Duration.ofSeconds(30);

	private static final String ENABLE = "Enable it with \"rabbitmq-plugins enable rabbitmq_management\", or set ticktock.discovery.management-url";

	private static final String TLS = ENABLE
			+ ". If TLS is the reason, docs/security.md has the remedy under \"When TLS fails\"";

	private static final String COLUMNS = "destination,destination_type,routing_key,arguments";

	/** The one that answered last goes first. */
	private final List<String> urls;

	private final String username;

	private final String authorization;

	private final String virtualHost;

	private final ListingParser parser;

	private final Duration patience;

	private final Clock clock;

	private volatile @Nullable SSLSocketFactory tls;

	/**
	 * Creates a reader.
	 * @param urls where to ask, at least one
	 * @param ssl what to trust; {@code null} for what the platform trusts
	 * @param patience how long the broker may be silent
	 */
	ManagementApi(List<String> urls, String username, String password, String virtualHost, @Nullable SSLContext ssl,
			ListingParser parser, Duration patience, Clock clock) {
		this.urls = new ArrayList<>(urls);
		this.username = username;
		this.authorization = "Basic "
				+ Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
		this.virtualHost = virtualHost;
		this.tls = (ssl != null) ? ssl.getSocketFactory() : null;
		this.parser = parser;
		this.patience = patience;
		this.clock = clock;
	}

	/** Takes other certificates from now on; may be called by any thread. */
	void renew(SSLContext ssl) {
		this.tls = ssl.getSocketFactory();
	}

	@Override
	public Listing bindings(String exchange) throws BrokerUnavailableException {
		BrokerUnavailableException first = null;
		for (String url : List.copyOf(this.urls)) {
			try {
				Listing listing = bindings(url, exchange);
				this.urls.remove(url);
				this.urls.add(0, url);
				return listing;
			}
			catch (BrokerUnavailableException ex) {
				first = (first != null) ? first : ex;
			}
		}
		throw Objects.requireNonNull(first, "there is an address");
	}

	private Listing bindings(String url, String exchange) throws BrokerUnavailableException {
		try {
			Instant asked = this.clock.instant();
			HttpURLConnection connection = ask(url, exchange);
			if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
				throw new BrokerUnavailableException(refusal(url, connection), null);
			}
			Duration clockOffset = clockOffset(asked, this.clock.instant(), connection.getDate());
			try (InputStream body = connection.getInputStream()) {
				return this.parser.parse(body, clockOffset);
			}
		}
		catch (IOException ex) {
			throw silent(url, ex);
		}
		catch (JacksonException | IllegalArgumentException ex) {
			if (ex instanceof JacksonIOException && ex.getCause() instanceof IOException cause) {
				throw silent(url, cause);
			}
			throw new BrokerUnavailableException(
					"the response of %s is not a list of bindings (%s). Is it RabbitMQ's management API?".formatted(url,
							Quotable.of(String.valueOf(ex.getMessage()))),
					ex);
		}
	}

	private HttpURLConnection ask(String url, String exchange) throws IOException {
		URI listing = URI.create("%s/api/exchanges/%s/%s/bindings/source?columns=%s".formatted(
				url.replaceFirst("/+$", ""), UriUtils.encode(this.virtualHost, StandardCharsets.UTF_8),
				UriUtils.encode(exchange, StandardCharsets.UTF_8), COLUMNS));
		HttpURLConnection connection = (HttpURLConnection) listing.toURL().openConnection();
		if (connection instanceof HttpsURLConnection secured && this.tls != null) {
			secured.setSSLSocketFactory(this.tls);
		}
		// A redirect would take the password elsewhere.
		connection.setInstanceFollowRedirects(false);
		connection.setConnectTimeout((int) CONNECT.toMillis());
		connection.setReadTimeout((int) this.patience.toMillis());
		connection.setRequestProperty("Authorization", this.authorization);
		connection.setRequestProperty("Accept", "application/json");
		return connection;
	}

	/**
	 * Compares with the date of an answer, which is cut to the second, and was written at
	 * some moment between the question and the answer; {@code null} if that is too vague.
	 */
	static @Nullable Duration clockOffset(Instant asked, Instant answered, long date) {
		Duration took = Duration.between(asked, answered);
		return (date > 0 && took.compareTo(CONNECT) <= 0)
				? Duration.between(Instant.ofEpochMilli(date + 500), asked.plus(took.dividedBy(2))) : null;
	}

	private String refusal(String url, HttpURLConnection connection) throws IOException {
		int status = connection.getResponseCode();
		return switch (status) {
			case 301, 302, 303, 307, 308 ->
				"%s redirects to %s; TickTock does not follow, because that would send the password there. Set ticktock.discovery.management-url to the management API itself"
					.formatted(url, Objects.requireNonNullElse(connection.getHeaderField("Location"), "another place"));
			case 401, 403 ->
				"the management API at %s refuses user \"%s\" (status %d). Check ticktock.discovery.username and .password, and give the user access: rabbitmqctl set_user_tags \"%s\" management, and any permission in virtual host \"%s\""
					.formatted(url, this.username, status, this.username, this.virtualHost);
			case 404 ->
				"%s does not have the virtual host \"%s\" or the exchange in it (status 404). Is it the management API of the broker that spring.rabbitmq names?"
					.formatted(url, this.virtualHost);
			case 500 ->
				"the management API at %s answers with status 500. RabbitMQ cannot list a binding that has an argument whose name is not UTF-8; docs/operations.md has the command that finds it, under \"TickTockBindingsUnreadable\""
					.formatted(url);
			default -> "the management API at %s answers with status %d".formatted(url, status);
		};
	}

	private static BrokerUnavailableException silent(String url, IOException cause) {
		String message = (cause.getMessage() != null) ? cause.getMessage() : cause.toString();
		return new BrokerUnavailableException("no management API answers at %s (%s). %s".formatted(url,
				(cause instanceof UnknownHostException) ? "unknown host" : message,
				url.startsWith("https:") ? TLS : ENABLE), cause);
	}

}
