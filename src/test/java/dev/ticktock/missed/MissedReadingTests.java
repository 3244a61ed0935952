package dev.ticktock.missed;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.Term;
import dev.ticktock.support.FailingConnections;
import dev.ticktock.support.SettableUptime;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Hearts.Stopped;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static dev.ticktock.support.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link MissedReading}: its thread.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissedReadingTests {

	private final SettableUptime uptime = new SettableUptime();

	private final Hearts hearts = new Hearts(this.uptime);

	private final FailingConnections connections = new FailingConnections();

	private final Leadership leadership = mock();

	private final MissedReading reading = new MissedReading(
			new BrokerConnector(this.connections, List.of(), false, "me"), this.leadership, mock(), () -> {
				throw new IllegalStateException("there is no connection");
			}, mock(), "run", Clock.systemUTC(), this.uptime, this.hearts);

	@AfterEach
	void stop() {
		this.reading.stop();
	}

	@Test
	void whateverIsThrownTheThreadGoesOn(CapturedOutput output) {
		Term term = mock();
		given(this.leadership.term()).willReturn(term);
		this.reading.start();
		await(() -> assertThat(this.connections.attempts()).isGreaterThan(3));
		assertThat(output).contains("Unexpected failure; reading missed ticks again", "StackOverflowError: as if");
		assertThat(this.hearts.threads()).containsExactly("missed");
		this.reading.stop();
		await(() -> assertThat(this.hearts.threads()).isEmpty());
	}

	@Test
	void aThreadThatHangsHasStopped() {
		Object hangs = new Object();
		given(this.leadership.term()).willAnswer((call) -> {
			synchronized (hangs) {
				return null;
			}
		});
		synchronized (hangs) {
			this.reading.start();
			await(() -> assertThat(this.hearts.threads()).containsExactly("missed"));
			this.uptime.pass(Duration.ofMinutes(3));
			await(() -> assertThat(this.hearts.stopped()).extracting(Stopped::name).containsExactly("missed"));
		}
		await(() -> assertThat(this.hearts.stopped()).isEmpty());
	}

	private static void await(ThrowingRunnable assertion) {
		Awaitility.await().atMost(PATIENCE).untilAsserted(assertion);
	}

}
