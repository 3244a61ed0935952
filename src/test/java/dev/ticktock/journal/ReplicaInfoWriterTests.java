package dev.ticktock.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.rabbitmq.client.Connection;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.Fingerprint;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.message.Trust;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.SettableUptime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ReplicaInfoWriter}.
 */
class ReplicaInfoWriterTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private static final Trust TRUST = Trust.of("guest", List.of());

	private final SettableUptime uptime = new SettableUptime();

	private @Nullable ReplicaInfo self = in("STANDBY");

	private final ReplicaInfoWriter writer = new ReplicaInfoWriter("journal", TRUST, () -> this.self, this.uptime);

	private RecordedChannel recorded;

	private BrokerConnection connection;

	@BeforeEach
	void connect() throws Exception {
		this.recorded = new RecordedChannel();
		this.connection = new BrokerConnection(this.recorded.connection());
	}

	private static ReplicaInfo in(String role) {
		return new ReplicaInfo("me", "run", role, NOON, null, null, null, new Fingerprint("x", "y"), NOON);
	}

	private List<String> written() {
		JournalDecoder decoder = new JournalDecoder(new Topology("exchange", "leader", "journal"), TRUST);
		return this.recorded.published("replica")
			.stream()
			.map((message) -> decoder.read(message.envelope(), message.properties(), message.body()))
			.map((record) -> ((JournalRecord.Replica) record).info().role())
			.toList();
	}

	@Test
	void aRecordIsWrittenAtOnceAndThenEveryInterval() {
		this.writer.check(this.connection);
		this.writer.check(this.connection);
		assertThat(written()).containsExactly("STANDBY");
		this.uptime.pass(ReplicaInfo.INTERVAL.plusMillis(1));
		this.writer.check(this.connection);
		this.writer.check(this.connection);
		assertThat(written()).containsExactly("STANDBY", "STANDBY");
	}

	@Test
	void aRecordIsWrittenAtOnceWhenTheRoleChangesAndWhenTheReplicaEnds() {
		this.writer.check(this.connection);
		this.self = in("LEADER");
		this.writer.check(this.connection);
		this.writer.leave(this.connection);
		this.writer.leave(this.connection);
		assertThat(written()).containsExactly("STANDBY", "LEADER", ReplicaInfo.GONE);
	}

	@Test
	void aReplicaThatDoesNotKnowItselfWritesNothing() {
		this.self = null;
		this.writer.check(this.connection);
		this.writer.leave(this.connection);
		assertThat(written()).isEmpty();
	}

	@Test
	void aRecordThatCannotBeWrittenIsDropped() {
		this.writer.check(new BrokerConnection(mock(Connection.class)));
		this.writer.check(this.connection);
		assertThat(written()).isEmpty();
		this.uptime.pass(Duration.ofSeconds(21));
		this.writer.check(this.connection);
		assertThat(written()).containsExactly("STANDBY");
	}

}
