package dev.ticktock.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assertions.assertTimeout;

/**
 * Tests for {@link RabbitMqNode}: a boot that fails is no timeout.
 */
@RequiresRabbitMq(privateNode = true)
class RabbitMqNodeIntegrationTests {

	/** Less than what is waited for one boot, enough for two on a busy machine. */
	private static final Duration SOON = Duration.ofSeconds(85);

	/** The port for other nodes, by its place in the source. */
	@Test
	void aNodeThatFindsAPortTakenBootsOnOthers() throws Exception {
		try (ServerSocket somebody = new ServerSocket(FreePort.find(), 1, InetAddress.getLoopbackAddress());
				RabbitMqNode node = new RabbitMqNode(third(somebody.getLocalPort()))) {
			assertTimeout(SOON, node::start);
			assertThat(List.of(node.port(), node.managementPort())).doesNotContain(somebody.getLocalPort());
			node.connectionFactory().newConnection().close();
		}
	}

	private static IntSupplier third(int port) {
		AtomicInteger asked = new AtomicInteger();
		return () -> (asked.getAndIncrement() == 2) ? port : FreePort.find();
	}

	@Test
	void aNodeWhosePortIsKnownAndTakenFailsWithTheReason() throws IOException {
		try (RabbitMqNode node = new RabbitMqNode();
				ServerSocket somebody = new ServerSocket(node.port(), 1, InetAddress.getLoopbackAddress())) {
			assertThat(somebody.isBound()).isTrue();
			assertTimeout(SOON,
					() -> assertThatIllegalStateException().isThrownBy(node::start)
						.withMessageContaining(node.name() + " ended while it booted")
						.withMessageContaining("eaddrinuse"));
		}
	}

	@Test
	void aNodeThatCannotReadItsSettingsFailsWithTheReason() {
		try (RabbitMqNode node = new RabbitMqNode("no.such.setting = 1")) {
			assertTimeout(SOON,
					() -> assertThatIllegalStateException().isThrownBy(node::start)
						.withMessageContaining(node.name() + " ended while it booted")
						.withMessageContaining("no.such.setting"));
		}
	}

}
