package dev.ticktock.discovery;

import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;

/**
 * Asks over HTTP, and outlives Java's HTTP client. An Error on that client's own thread,
 * such as one more thread than the system has, ends it for ever and in silence; so one
 * that has had no answer for a while is replaced. Called by one thread.
 */
final class ApiClient {

	private final Duration connect;

	private final Duration patience;

	private volatile @Nullable SSLContext ssl;

	/** What the HTTP client was made with. */
	private @Nullable SSLContext used;

	private HttpClient http;

	/** When there was an answer last, or the client was new. */
	private long answered = System.nanoTime();

	/**
	 * Creates a client.
	 * @param connect how long it may take to connect
	 * @param patience how long it may take until an answer begins
	 * @param ssl what to trust; {@code null} for what the platform trusts
	 */
	ApiClient(Duration connect, Duration patience, @Nullable SSLContext ssl) {
		this.connect = connect;
		this.patience = patience;
		this.ssl = ssl;
		this.used = ssl;
		this.http = client(connect, ssl);
	}

	/** Takes other certificates from now on; may be called by any thread. */
	void renew(SSLContext renewed) {
		this.ssl = renewed;
	}

	/** Without redirects, which would take the password elsewhere. */
	private static HttpClient client(Duration connect, @Nullable SSLContext ssl) {
		HttpClient.Builder builder = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(connect);
		if (ssl != null) {
			builder.sslContext(ssl);
		}
		return builder.build();
	}

	/**
	 * Returns an answer whose body is yet to be read.
	 * @throws ExecutionException if there is none, for the reason that is the cause
	 * @throws TimeoutException if there is none in time
	 */
	HttpResponse<InputStream> ask(HttpRequest request)
			throws ExecutionException, TimeoutException, InterruptedException {
		if (!Objects.equals(this.ssl, this.used)) {
			replace();
		}
		try {
			HttpResponse<InputStream> response = send(request);
			this.answered = System.nanoTime();
			return response;
		}
		finally {
			if (System.nanoTime() - this.answered > 2 * this.patience.toNanos()) {
				replace();
				this.answered = System.nanoTime();
			}
		}
	}

	private void replace() {
		this.used = this.ssl;
		this.http = client(this.connect, this.used);
	}

	private HttpResponse<InputStream> send(HttpRequest request)
			throws ExecutionException, TimeoutException, InterruptedException {
		CompletableFuture<HttpResponse<InputStream>> answer = this.http.sendAsync(request,
				HttpResponse.BodyHandlers.ofInputStream());
		try {
			return answer.get(this.patience.toMillis(), TimeUnit.MILLISECONDS);
		}
		finally {
			// Does nothing once it has come.
			answer.cancel(true);
		}
	}

}
