package dev.ticktock.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link PortSource}.
 */
class PortSourceTests {

	@Test
	void aPortIsHandedOutOnce() {
		Set<Integer> ports = new HashSet<>();
		for (int i = 0; i < 200; i++) {
			assertThat(ports.add(FreePort.find())).isTrue();
		}
		assertThat(ports).allMatch((port) -> port >= 12_000 && port < 32_000);
	}

	@Test
	void aPortThatSomebodyListensOnIsLeftOut() throws IOException {
		int first = FreePort.find();
		try (ServerSocket taken = new ServerSocket(first, 1, InetAddress.getLoopbackAddress())) {
			PortSource source = new PortSource(first, first, first);
			assertThat(taken.isBound()).isTrue();
			assertThatIllegalStateException().isThrownBy(source::next)
				.withMessage("no port is left between %d and %d", first, first);
		}
		assertThat(new PortSource(first, first, first).next()).isEqualTo(first);
	}

	@Test
	void theRangeGoesOnAtItsBeginning() {
		int first = FreePort.find();
		PortSource source = new PortSource(first, first + 50, first + 50);
		Set<Integer> ports = new HashSet<>();
		for (int i = 0; i < 3; i++) {
			ports.add(source.next());
		}
		assertThat(ports).hasSize(3).anyMatch((port) -> port < first + 50).allMatch((port) -> port <= first + 50);
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			'32768	60999', 31999
			'20000 60999', 19999
			'1024	65535', 31999
			'', 31999
			""")
	void theRangeEndsBelowTheEphemeralPorts(String ephemeral, int last) {
		assertThat(PortSource.last(ephemeral)).isEqualTo(last);
	}

}
