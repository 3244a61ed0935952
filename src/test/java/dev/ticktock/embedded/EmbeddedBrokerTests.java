package dev.ticktock.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;

import dev.ticktock.embedded.EmbeddedBroker.Listener;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EmbeddedBroker}, against a socket that answers and hangs up.
 */
@Timeout(10)
class EmbeddedBrokerTests {

	private static final String LOOPBACK = InetAddress.getLoopbackAddress().getHostAddress();

	@ParameterizedTest
	@CsvSource(textBlock = """
			connection.start,         01 0000 00000010 000a 000a 00 09, BROKER
			half of a long one,       01 0000 00000200 000a 000a,       BROKER
			nothing,                  '',                               OTHER
			HTTP,                     48 54 54 50 2f 31 2e 31 20 34 30, OTHER
			AMQP 1.0 with SASL,       41 4d 51 50 03 01 00 00,          OTHER
			AMQP 0-8,                 41 4d 51 50 00 00 08 00,          OTHER
			the beginning of a start, 01 0000 00000010 000a,            OTHER
			another method,           01 0000 00000010 000a 0032,       OTHER
			another channel,          01 0001 00000010 000a 000a,       OTHER
			""")
	void aBrokerIsKnownByItsGreeting(String answer, String bytes, Listener listener) throws IOException {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			CompletableFuture<Void> answered = CompletableFuture
				.runAsync(() -> answer(server, HexFormat.of().parseHex(bytes.replace(" ", ""))));
			assertThat(EmbeddedBroker.listener(LOOPBACK, server.getLocalPort())).as(answer).isEqualTo(listener);
			answered.join();
		}
	}

	/** Answers one connection after the eight bytes of the protocol's header. */
	private static void answer(ServerSocket server, byte[] answer) {
		try (Socket socket = server.accept()) {
			socket.getInputStream().readNBytes(8);
			socket.getOutputStream().write(answer);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
