package dev.ticktock.journal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.Fingerprint;
import dev.ticktock.message.Hello;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.Trust;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.SettableUptime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willThrow;

/**
 * Tests for {@link Greeter}: when it says what.
 */
@ExtendWith(OutputCaptureExtension.class)
class GreeterTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private static final Duration PACE = Duration.ofSeconds(20);

	private final SettableUptime uptime = new SettableUptime();

	private @Nullable Presence presence;

	private final Greeter greeter = new Greeter("journal", Trust.of("guest", List.of()), () -> this.presence,
			this.uptime);

	private RecordedChannel recorded;

	private BrokerConnection connection;

	@BeforeEach
	void connect() throws Exception {
		this.recorded = new RecordedChannel();
		this.connection = new BrokerConnection(this.recorded.connection());
		given(this.recorded.connection().isOpen()).willReturn(true);
	}

	private void is(String role, Instant since) {
		this.presence = () -> new Hello("a", "1", role, since, null, null, null, new Fingerprint("x", "y"), PACE, NOON);
	}

	private void look(int seconds) {
		for (int i = 0; i < seconds * 2; i++) {
			this.greeter.look(this.connection);
			this.uptime.pass(Duration.ofMillis(500));
		}
	}

	private List<String> said() {
		return this.recorded.published("replica")
			.stream()
			.map((message) -> (JournalRecord.Replica) new JournalDecoder(new Topology("exchange", "leader", "journal"),
					Trust.of("guest", List.of()))
				.read(message.envelope(), message.properties(), message.body()))
			.map((record) -> record.hello().role())
			.toList();
	}

	@Test
	void saysHelloAtOnceAndThenAtItsPace() {
		is("STANDBY", NOON);
		look(1);
		assertThat(said()).containsExactly("STANDBY");
		look(60);
		assertThat(said()).hasSize(3);
		assertThat(this.recorded.published()).allSatisfy((message) -> {
			assertThat(message.envelope().getExchange()).isEmpty();
			assertThat(message.key()).isEqualTo("journal");
			assertThat(message.properties().getUserId()).isEqualTo("guest");
		});
	}

	@Test
	void saysAtOnceThatTheRoleHasChanged() {
		is("STANDBY", NOON);
		look(2);
		is("LEADER", NOON.plusSeconds(2));
		look(1);
		assertThat(said()).containsExactly("STANDBY", "LEADER");
	}

	@Test
	void aRoleThatChangesAllTheTimeDoesNotFillTheJournal() {
		for (int i = 0; i < 3600; i++) {
			is((i % 2 == 0) ? "STANDBY" : "DISCONNECTED", NOON.plusSeconds(i));
			look(1);
		}
		assertThat(said()).hasSizeLessThan(Greeter.CHANGES + 2 * 3600 / 20);
	}

	@Test
	void whileNobodySaysWhatTheReplicaIsNothingIsSaid() {
		look(60);
		this.greeter.leave(this.connection);
		assertThat(said()).isEmpty();
	}

	@Test
	void saysGoodbyeOnceIfItHasSaidHello() {
		is("LEADER", NOON);
		look(1);
		this.greeter.leave(this.connection);
		this.greeter.leave(this.connection);
		assertThat(said()).containsExactly("LEADER", Hello.GONE);
	}

	@Test
	void goesOnOnTheNextConnection() throws Exception {
		is("LEADER", NOON);
		look(1);
		connect();
		look(21);
		assertThat(said()).containsExactly("LEADER");
	}

	@Test
	void aRefusalIsTriedAgainAtThePaceAndToldOnceAMinute(CapturedOutput output) throws IOException {
		is("STANDBY", NOON);
		willThrow(new AlreadyClosedException(new ShutdownSignalException(false, false, null, null)))
			.given(this.recorded.channel())
			.basicPublish(anyString(), anyString(), anyBoolean(), any(), any());
		look(59);
		assertThat(output).containsOnlyOnce("The other replicas do not hear of this one, and 0 times before");
		look(21);
		assertThat(output).contains("do not hear of this one, and 2 times before");
	}

	@Test
	void aConnectionThatIsLostIsToldByTheReaderAlone(CapturedOutput output) throws IOException {
		is("STANDBY", NOON);
		given(this.recorded.connection().isOpen()).willReturn(false);
		given(this.recorded.connection().createChannel()).willThrow(new IOException("gone"));
		look(60);
		assertThat(output).doesNotContain("do not hear");
	}

	@Test
	void aFaultDoesNotEndTheReading(CapturedOutput output) {
		this.presence = () -> {
			throw new IllegalStateException("as if");
		};
		look(30);
		assertThat(output).containsOnlyOnce("Unexpected failure; the other replicas do not hear of this one");
	}

}
