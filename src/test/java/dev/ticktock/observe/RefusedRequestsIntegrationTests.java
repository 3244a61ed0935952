package dev.ticktock.observe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import dev.ticktock.support.FreePort;
import dev.ticktock.support.TickTockApp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever reaches the port cannot fill the log: what is refused is logged once at most,
 * not each time.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class RefusedRequestsIntegrationTests {

	private static final int TIMES = 5;

	private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

	private ConfigurableApplicationContext app;

	private int port;

	@BeforeAll
	void start() {
		this.app = TickTockApp
			.start(List.of("--spring.profiles.active=embedded", "--spring.rabbitmq.port=" + FreePort.find()));
		this.port = Integer
			.parseInt(Objects.requireNonNull(this.app.getEnvironment().getProperty("local.server.port")));
		Awaitility.await("the last line of the start")
			.atMost(PATIENCE)
			.until(() -> send("GET /actuator/health/readiness" + HOST + "\r\n").startsWith("HTTP/1.1 200"));
	}

	@AfterAll
	void stop() {
		this.app.close();
	}

	static Stream<String> requests() {
		Stream<String> lines = Stream.of("POST /actuator/ticktock", "PUT /", "TRACE /", "FOO /", "GET /none",
				"GET /page/none", "DELETE /none", "GET /actuator/ticktock/none", "GET /page/overview?page=x",
				"GET /page/overview?size=501", "GET /page/event", "GET /actuator/ticktock?page=x",
				"GET /actuator/ticktock?size=501", "GET /actuator/metrics/ticktock.leader?tag=x",
				"GET /page/event?event=%zz", "GET /?%zz", "GET /actuator/ticktock?search=%zz", "GET /%zz",
				"GET /..%2f..%2f", "GET /%00", "GET /page/..;/..;/", "GET /{x}", "GET x", "GET http://[/",
				"CONNECT x:1");
		Stream<String> headers = Stream
			.of("Accept: nonsense", "Accept: image/png", "Range: bytes=9-1", "Cookie: \u0001=\u0002;;=,", "a b: c",
					": x", "Content-Length: x", "Transfer-Encoding: x", "Expect: x", "Host: y", "Origin: x",
					"Content-Type: nonsense", "If-Modified-Since: x", "X: " + "x".repeat(100_000),
					"Accept-Encoding: ,,;q=x")
			.flatMap((header) -> Stream.of("/page/overview", "/page/app.js", "/actuator/ticktock")
				.map((path) -> "GET " + path + HOST + header));
		Stream<String> whole = Stream.of("nonsense", "GET / HTTP/9.9", "GET / HTTP/1.1", "GET /", "\u0016\u0003\u0001",
				"PRI * HTTP/2.0\r\n\r\nSM", "POST /page/overview" + HOST + "Transfer-Encoding: chunked\r\n\r\nzz",
				"PUT /" + HOST + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\n%zz",
				"POST /" + HOST + "Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\n%zz");
		return Stream.of(lines.map((line) -> line + HOST), headers, whole)
			.flatMap((each) -> each)
			.map((request) -> request + "\r\n\r\n");
	}

	@ParameterizedTest
	@MethodSource("requests")
	void aRefusedRequestIsNotLoggedEachTime(String request, CapturedOutput output) throws IOException {
		send(request);
		long before = output.getAll().lines().count();
		for (int i = 0; i < TIMES; i++) {
			send(request);
		}
		assertThat(output.getAll().lines().skip(before)).isEmpty();
	}

	/** Sends what need not be a request, and returns what comes back. */
	private String send(String request) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.setSoTimeout((int) PATIENCE.toMillis());
			socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
			socket.shutdownOutput();
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
		}
		catch (SocketException ex) {
			// The server has closed the connection before it had read everything.
			return "";
		}
	}

}
