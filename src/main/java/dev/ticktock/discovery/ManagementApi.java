package dev.ticktock.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLContext;

import dev.ticktock.broker.TlsFault;
import dev.ticktock.schedule.ScheduleFormatException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.JacksonIOException;

/**
 * Reads bindings from the management API of RabbitMQ, which LavinMQ has too. The listing
 * comes from the broker's metadata, not from its statistics, so it is never behind.
 */
final class ManagementApi implements BindingSource {

	private static final Duration CONNECT = Duration.ofSeconds(2);

	/**
	 * For all of the answer. RabbitMQ 3.10 needs some seconds for 50,000 bindings.
	 */
	static final Duration ANSWER = Duration.ofSeconds(30);

	private static final String COLUMNS = "destination,destination_type,routing_key,arguments";

	private final List<String> urls;

	private final String username;

	private final String authorization;

	private final String virtualHost;

	private final ListingParser parser;

	private final Duration patience;

	private final Clock clock;

	private final ApiClient client;

	private String last;

	/**
	 * Creates a reader.
	 * @param urls where to ask, at least one: the one that answered last goes first
	 * @param ssl what to trust; {@code null} for what the platform trusts
	 * @param patience how long an answer may take, from the question to its end
	 */
	ManagementApi(List<String> urls, String username, String password, String virtualHost, @Nullable SSLContext ssl,
			ListingParser parser, Duration patience, Clock clock) {
		this.urls = List.copyOf(urls);
		this.last = urls.get(0);
		this.username = username;
		this.authorization = "Basic "
				+ Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
		this.virtualHost = virtualHost;
		this.parser = parser;
		this.patience = patience;
		this.clock = clock;
		this.client = new ApiClient(CONNECT, patience, ssl);
	}

	/** Takes other certificates from now on; may be called by any thread. */
	void renew(SSLContext ssl) {
		this.client.renew(ssl);
	}

	@Override
	public Listing bindings(String exchange) throws BindingsUnavailableException, InterruptedException {
		List<String> order = new ArrayList<>(this.urls);
		order.remove(this.last);
		order.add(0, this.last);
		BindingsUnavailableException first = null;
		for (String url : order) {
			try {
				Listing listing = bindings(url, exchange);
				this.last = url;
				return listing;
			}
			catch (BindingsUnavailableException ex) {
				first = (first != null) ? first : ex;
			}
		}
		throw Objects.requireNonNull(first, "there is an address");
	}

	private Listing bindings(String url, String exchange) throws BindingsUnavailableException, InterruptedException {
		long deadline = System.nanoTime() + this.patience.toNanos();
		Instant asked = this.clock.instant();
		HttpResponse<InputStream> response = ask(url, request(url, exchange));
		try (InputStream body = response.body()) {
			check(url, response);
			return read(url, body, clocks(asked, response), deadline);
		}
		catch (IOException ex) {
			throw silent(url, reason(ex), ex);
		}
	}

	/** What comes after the headers has no timeout, so it is cut off from outside. */
	private Listing read(String url, InputStream body, @Nullable ClockReading clocks, long deadline)
			throws BindingsUnavailableException, InterruptedException {
		CompletableFuture<Boolean> inTime = new CompletableFuture<Boolean>().completeOnTimeout(false,
				deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
		CompletableFuture<Void> cutOff = inTime.thenAccept((done) -> {
			if (!done) {
				close(body);
			}
		});
		try {
			return this.parser.parse(body, clocks);
		}
		catch (JacksonException | IllegalArgumentException ex) {
			if (Thread.interrupted()) {
				throw new InterruptedException();
			}
			if (cutOff.isDone()) {
				throw silent(url, late(), ex);
			}
			if (ex instanceof JacksonIOException) {
				throw silent(url, reason((ex.getCause() != null) ? ex.getCause() : ex), ex);
			}
			throw new BindingsUnavailableException(
					"the response of %s is not a list of bindings (%s). Is it RabbitMQ's management API?".formatted(url,
							ScheduleFormatException.abbreviated(String.valueOf(ex.getMessage()))),
					true, ex);
		}
		finally {
			inTime.complete(true);
		}
	}

	private static void close(InputStream body) {
		try {
			body.close();
		}
		catch (IOException ex) {
			// Whoever reads it is told.
			return;
		}
	}

	private @Nullable ClockReading clocks(Instant asked, HttpResponse<?> response) {
		Instant answered = this.clock.instant();
		try {
			return response.headers()
				.firstValue("Date")
				.map((date) -> ClockReading.of(asked, answered,
						DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from)))
				.orElse(null);
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	private HttpRequest request(String url, String exchange) throws BindingsUnavailableException {
		try {
			URI listing = URI.create("%s/api/exchanges/%s/%s/bindings/source?columns=%s"
				.formatted(url.replaceFirst("/+$", ""), encoded(this.virtualHost), encoded(exchange), COLUMNS));
			return HttpRequest.newBuilder(listing)
				.timeout(this.patience)
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

	private HttpResponse<InputStream> ask(String url, HttpRequest request)
			throws BindingsUnavailableException, InterruptedException {
		try {
			return this.client.ask(request);
		}
		catch (ExecutionException ex) {
			throw silent(url, reason((ex.getCause() != null) ? ex.getCause() : ex), ex);
		}
		catch (TimeoutException ex) {
			throw silent(url, late(), ex);
		}
		catch (RejectedExecutionException ex) {
			throw silent(url, "the HTTP client has ended", ex);
		}
	}

	private String late() {
		return "no whole answer within %d s".formatted(this.patience.toSeconds());
	}

	private static BindingsUnavailableException silent(String url, String reason, Exception cause) {
		return new BindingsUnavailableException(
				"no management API answers at %s (%s). %s".formatted(url, reason, remedy(TlsFault.of(cause))), false,
				cause);
	}

	private static String remedy(@Nullable TlsFault fault) {
		if (fault == TlsFault.UNTRUSTED) {
			return "No authority that TickTock trusts has signed its certificate: add the one that did to the trust store of the bundle that spring.rabbitmq.ssl.bundle names";
		}
		if (fault == TlsFault.OTHER_HOST) {
			return "Its certificate is for another host: set ticktock.discovery.management-url to one of its names";
		}
		if (fault == TlsFault.OUT_OF_DATE) {
			return "Its certificate has expired or begins later: renew it, or set the clocks";
		}
		if (fault == TlsFault.NO_TLS) {
			return "This port does not speak TLS: set ticktock.discovery.management-url to the one that does, usually 15671, or to an address that begins with http://";
		}
		if (fault == TlsFault.REFUSED) {
			return "It refuses TickTock's certificate, or wants one: set the key store of the bundle that spring.rabbitmq.ssl.bundle names";
		}
		return "Enable it with \"rabbitmq-plugins enable rabbitmq_management\", or set ticktock.discovery.management-url";
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

}
