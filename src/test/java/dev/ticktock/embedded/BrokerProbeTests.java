package dev.ticktock.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;

import dev.ticktock.embedded.BrokerProbe.Listener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BrokerProbe}, against sockets that answer as a test wants.
 */
@Timeout(10)
class BrokerProbeTests {

	private static final String LOOPBACK = InetAddress.getLoopbackAddress().getHostAddress();

	private static final Duration LONG = Duration.ofSeconds(5);

	private static final Duration SHORT = Duration.ofMillis(100);

	@Test
	void whereConnectionsAreRefusedIsNobody() throws IOException {
		int port;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = socket.getLocalPort();
		}
		assertThat(new BrokerProbe(LONG).listener(LOOPBACK, port)).isEqualTo(Listener.NOBODY);
	}

	@Test
	void whoSaysNothingIsNoBroker() throws IOException {
		try (Answering other = new Answering(new byte[0], false)) {
			assertThat(new BrokerProbe(SHORT).listener(LOOPBACK, other.port())).isEqualTo(Listener.OTHER);
		}
	}

	@Test
	void whoHangsUpIsNoBroker() throws IOException {
		assertThat(probe(new byte[0])).isEqualTo(Listener.OTHER);
	}

	@Test
	void whoSpeaksHttpIsNoBroker() throws IOException {
		assertThat(probe("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
			.isEqualTo(Listener.OTHER);
	}

	@Test
	void whoAnswersWithConnectionStartIsABroker() throws IOException {
		assertThat(probe(bytes("01 0000 00000010 000a 000a 00 09"))).isEqualTo(Listener.BROKER);
	}

	@Test
	void aBrokerIsKnownWithoutWaitingForTheEndOfItsGreeting() throws IOException {
		try (Answering broker = new Answering(bytes("01 0000 00000200 000a 000a"), false)) {
			assertThat(new BrokerProbe(LONG).listener(LOOPBACK, broker.port())).isEqualTo(Listener.BROKER);
		}
	}

	@Test
	void whoAsksForAnotherVersionIsNoBroker() throws IOException {
		// AMQP 1.0 with SASL, which is what a broker of that version alone answers.
		assertThat(probe(bytes("414d5150 03 01 00 00"))).isEqualTo(Listener.OTHER);
		assertThat(probe(bytes("414d5150 00 00 08 00"))).isEqualTo(Listener.OTHER);
	}

	@Test
	void whoBreaksOffTheGreetingIsNoBroker() throws IOException {
		assertThat(probe(bytes("01 0000 00000010 000a"))).isEqualTo(Listener.OTHER);
	}

	@Test
	void anotherMethodOrChannelIsNoGreeting() throws IOException {
		assertThat(probe(bytes("01 0000 00000010 000a 0032"))).isEqualTo(Listener.OTHER);
		assertThat(probe(bytes("01 0001 00000010 000a 000a"))).isEqualTo(Listener.OTHER);
	}

	@Test
	void aHostThatDoesNotExistIsSaid() {
		assertThatExceptionOfType(UnknownHostException.class)
			.isThrownBy(() -> new BrokerProbe(LONG).listener("no-such-host.invalid", 5672));
	}

	private static Listener probe(byte[] answer) throws IOException {
		try (Answering other = new Answering(answer, true)) {
			return new BrokerProbe(LONG).listener(LOOPBACK, other.port());
		}
	}

	private static byte[] bytes(String hex) {
		return HexFormat.of().parseHex(hex.replace(" ", ""));
	}

	/**
	 * Answers one connection after the eight bytes of the protocol header, and then hangs
	 * up or waits to be closed.
	 */
	private static final class Answering implements AutoCloseable {

		private final byte[] answer;

		private final boolean hangUp;

		private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

		private volatile @Nullable Socket accepted;

		Answering(byte[] answer, boolean hangUp) throws IOException {
			this.answer = answer;
			this.hangUp = hangUp;
			Thread thread = new Thread(this::answer, "answering");
			thread.setDaemon(true);
			thread.start();
		}

		int port() {
			return this.server.getLocalPort();
		}

		private void answer() {
			try {
				Socket socket = this.server.accept();
				this.accepted = socket;
				socket.getInputStream().readNBytes(8);
				socket.getOutputStream().write(this.answer);
				if (this.hangUp) {
					socket.close();
				}
			}
			catch (IOException ex) {
				if (!this.server.isClosed()) {
					throw new UncheckedIOException(ex);
				}
			}
		}

		@Override
		public void close() throws IOException {
			this.server.close();
			Socket socket = this.accepted;
			if (socket != null) {
				socket.close();
			}
		}

	}

}
