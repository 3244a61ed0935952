package dev.ticktock.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.SettableClock;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.broker.Dialect;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.Topology;
import dev.ticktock.leader.LeaderProperties.QueueType;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.ClockTolerance;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.SettableUptime;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Hearts.Stopped;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;

/**
 * Tests for {@link Candidacy}.
 */
@Timeout(30)
class CandidacyTests {

	private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

	private static final Duration LIMIT = Duration.ofSeconds(15);

	private final SettableClock clock = new SettableClock(NOON);

	private final SettableUptime uptime = new SettableUptime();

	private final Hearts hearts = new Hearts(this.uptime);

	private RecordedChannel recorded;

	private Candidacy candidacy;

	@BeforeEach
	void join() throws Exception {
		this.recorded = new RecordedChannel();
		given(this.recorded.connection().isOpen()).willReturn(true);
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		ClockTolerance tolerance = new ClockTolerance(this.clock, Duration.ofMinutes(5));
		BrokerConnector connector = new BrokerConnector(new ConnectionFactory(), List.of(), false, "me",
				Uptime.ofProcess());
		Terms terms = new Terms(connector, new Topology("exchange", "exchange.leader", "exchange.journal"), LIMIT,
				Trust.of("guest", List.of()), tolerance,
				new TickMeters(new EventMeters(meters, 0), this.clock, this.uptime, List.of()),
				new SetAside(() -> Schedules.of(Map.of()), this.uptime), meters, this.uptime);
		ConfirmChannel channel = ConfirmChannel.on(this.recorded.channel(), this.uptime);
		this.candidacy = new Candidacy(terms, channel, terms.baton(channel), terms.message(Dialect.RABBITMQ), null,
				LIMIT, this.uptime, this.hearts.of("replica", () -> this.candidacy.heldUpUntil()));
	}

	@Test
	void endsWhenTheChannelHasClosedEvenIfNobodyHasSaidSo() {
		given(this.recorded.channel().isOpen()).willReturn(true, true, false);
		assertThatExceptionOfType(BrokerUnavailableException.class)
			.isThrownBy(() -> this.candidacy.run("tag", (role) -> {
			}))
			.withMessageContaining("the channel can no longer be used");
	}

	@Test
	void nothingIsExpectedOfAThreadThatNoLongerTakesPart() {
		given(this.recorded.channel().isOpen()).willReturn(false);
		assertThatExceptionOfType(BrokerUnavailableException.class)
			.isThrownBy(() -> this.candidacy.run("tag", (role) -> {
			}));
		this.uptime.pass(Duration.ofDays(1));
		assertThat(this.hearts.threads()).containsExactly("replica");
		assertThat(this.hearts.stopped()).isEmpty();
	}

	@Test
	void aThreadThatHangsHasStoppedUnlessTheBrokerHoldsItUp() {
		given(this.recorded.channel().isOpen()).willAnswer((call) -> {
			hang();
			return false;
		});
		assertThatExceptionOfType(BrokerUnavailableException.class)
			.isThrownBy(() -> this.candidacy.run("tag", (role) -> {
			}));
	}

	private void hang() throws Exception {
		this.recorded.confirm(this.recorded.published().size(), true);
		this.uptime.pass(Duration.ofHours(1));
		assertThat(this.hearts.stopped()).extracting(Stopped::name).containsExactly("replica");
		this.recorded.block();
		assertThat(this.hearts.stopped()).isEmpty();
		this.uptime.pass(Duration.ofHours(1));
		this.recorded.unblock();
		assertThat(this.hearts.stopped()).isEmpty();
	}

}
