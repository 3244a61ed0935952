package dev.ticktock.missed;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ReturnCallback;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.MissedTicks.Group;
import dev.ticktock.message.Trust;
import dev.ticktock.missed.MissedReader.Destination;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Validity;
import dev.ticktock.support.DeadLetters;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.SettableUptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;

/**
 * Tests for {@link MissedReader}, without a broker.
 */
class MissedReaderTests {

	private static final Instant SLOT = Instant.parse("2026-03-01T10:15:00Z");

	private static final Trust TRUST = Trust.of("ticktock", List.of());

	private final RecordedChannel channel;

	private final SettableClock clock = new SettableClock(SLOT.plusSeconds(90));

	private final SettableUptime uptime = new SettableUptime();

	private final List<MissedTicks> remembered = new ArrayList<>();

	private final Schedules schedules = Schedules
		.of(Map.of("a", Schedule.parse("a", "* * * * * *", ZoneOffset.UTC, Validity.of(Duration.ofMinutes(1)))));

	private MissedReader reader;

	MissedReaderTests() throws Exception {
		this.channel = new RecordedChannel();
		this.reader = reader("journal");
	}

	private MissedReader reader(@Nullable String journal) {
		return new MissedReader(this.channel.channel(),
				new Vetting(() -> this.schedules, new ClockTolerance(this.clock, Duration.ofMinutes(5)),
						new SimpleMeterRegistry(), this.uptime),
				new Destination(journal, this.remembered::add, TRUST), "this run", this.clock, this.uptime);
	}

	@BeforeEach
	void attach() throws IOException {
		this.reader.attach("missed", "tag");
	}

	private long deliver(int second, String queue, String reason) throws IOException {
		return this.channel
			.deliver(DeadLetters.of("a", SLOT.plusSeconds(second), queue, reason, SLOT.plusSeconds(second + 60)));
	}

	private List<MissedTicks> written() {
		return this.channel.published("missed")
			.stream()
			.map((message) -> (JournalRecord.Missed) new JournalDecoder(new Topology("exchange", "leader", "journal"),
					TRUST)
				.read(message.envelope(), message.properties(), message.body()))
			.map(JournalRecord.Missed::ticks)
			.toList();
	}

	@Test
	void whatComesIsWrittenDownTogetherAndThenAcknowledged() throws Exception {
		deliver(0, "report", "expired");
		deliver(1, "report", "rejected");
		long last = deliver(2, "report", "expired");
		this.reader.look();
		assertThat(written()).singleElement().satisfies((missed) -> {
			assertThat(missed.writer()).isEqualTo("this run");
			assertThat(missed.noticed()).isEqualTo(this.clock.instant());
			assertThat(missed.groups())
				.extracting(Group::event, Group::queue, Group::reason, (group) -> group.ticks().size())
				.containsExactly(tuple("a", "report", MissedReason.EXPIRED, 2),
						tuple("a", "report", MissedReason.REJECTED, 1));
		});
		assertThat(this.channel.published().get(0).key()).isEqualTo("journal");
		assertThat(this.channel.published().get(0).properties().getUserId()).isEqualTo("ticktock");
		assertThat(this.channel.acknowledged()).containsExactly(last);
		then(this.channel.channel()).should().basicAck(last, true);
	}

	@Test
	void whatTheJournalRefusesIsNotAcknowledged() throws Exception {
		given(this.channel.channel().waitForConfirms(anyLong())).willReturn(false);
		deliver(0, "report", "expired");
		assertThatIOException().isThrownBy(this.reader::look);
		assertThat(this.channel.acknowledged()).isEmpty();
	}

	/** The broker confirms what no queue takes. */
	@Test
	void whatFindsNoJournalIsNotAcknowledged() throws Exception {
		ArgumentCaptor<ReturnCallback> listener = ArgumentCaptor.forClass(ReturnCallback.class);
		then(this.channel.channel()).should().addReturnListener(listener.capture());
		given(this.channel.channel().waitForConfirms(anyLong())).willAnswer((call) -> {
			listener.getValue()
				.handle(new Return(312, "NO_ROUTE", "", "journal", new AMQP.BasicProperties(), new byte[0]));
			return true;
		});
		deliver(0, "report", "expired");
		assertThatIOException().isThrownBy(this.reader::look);
		assertThat(this.channel.acknowledged()).isEmpty();
	}

	@Test
	void whateverComesThereIsOneRecordASecond() throws Exception {
		deliver(0, "report", "expired");
		this.reader.look();
		for (int i = 1; i < 1000; i++) {
			deliver(i % 60, "report", "maxlen");
			this.reader.look();
		}
		assertThat(written()).hasSize(1);
		this.uptime.pass(MissedReader.PACE);
		this.reader.look();
		assertThat(written()).hasSize(2).last().extracting(MissedTicks::size).isEqualTo(999);
		assertThat(this.channel.acknowledged()).containsExactly(1L, 1000L);
	}

	/** The names of queues that somebody makes up are not compressed. */
	@Test
	void theJournalGrowsSlowly() throws Exception {
		for (int i = 0; i < 1000; i++) {
			deliver(0, "made.up." + UUID.randomUUID() + UUID.randomUUID(), "expired");
		}
		this.reader.look();
		int size = this.channel.published().get(0).body().length;
		assertThat(size).isGreaterThan(MissedReader.BYTES_A_SECOND);
		deliver(1, "report", "expired");
		this.uptime.pass(Duration.ofMillis(1000L * size / MissedReader.BYTES_A_SECOND - 1));
		this.reader.look();
		assertThat(written()).hasSize(1);
		this.uptime.pass(Duration.ofMillis(2));
		this.reader.look();
		assertThat(written()).hasSize(2);
	}

	@Test
	void whatIsNoTickIsAcknowledgedAndNotWrittenDown() throws Exception {
		long tag = this.channel.deliver(new AMQP.BasicProperties());
		this.reader.look();
		assertThat(this.channel.published()).isEmpty();
		assertThat(this.channel.acknowledged()).containsExactly(tag);
	}

	@Test
	void whileTheBrokerIsBlockedItWaits() throws Exception {
		this.channel.block();
		long tag = deliver(0, "report", "expired");
		this.reader.look();
		assertThat(this.channel.published()).isEmpty();
		assertThat(this.channel.acknowledged()).isEmpty();
		this.channel.unblock();
		this.reader.look();
		assertThat(this.channel.acknowledged()).containsExactly(tag);
	}

	@Test
	void withoutAJournalItIsRemembered() throws Exception {
		this.reader = reader(null);
		attach();
		long tag = deliver(0, "report", "expired");
		this.reader.look();
		assertThat(this.channel.published()).isEmpty();
		assertThat(this.remembered).singleElement().extracting(MissedTicks::size).isEqualTo(1);
		assertThat(this.channel.acknowledged()).containsExactly(tag);
	}

	@Test
	void itEndsWithItsConsumer() throws Exception {
		assertThat(this.reader.awaitEnd(Duration.ZERO)).isFalse();
		this.channel.cancel();
		assertThat(this.reader.awaitEnd(Duration.ZERO)).isTrue();
	}

}
