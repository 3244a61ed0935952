package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.message.Token;
import dev.ticktock.message.Trust;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.SettableUptime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Baton}.
 */
class BatonTests {

	private static final Trust TRUST = new Trust("account", List.of());

	private static final Duration LIMIT = Duration.ofSeconds(15);

	private final SettableUptime uptime = new SettableUptime();

	private final List<Token> received = new ArrayList<>();

	private boolean cancelled;

	private RecordedChannel recorded;

	private Baton baton;

	@BeforeEach
	void join() throws Exception {
		this.recorded = new RecordedChannel();
		this.baton = new Baton(ConfirmChannel.on(this.recorded.channel(), this.uptime), "queue", "me", TRUST, LIMIT,
				this.uptime);
		this.baton.join("tag", (deliveryTag, token) -> this.received.add(token), () -> this.cancelled = true);
	}

	private Token lastPut() {
		List<RecordedChannel.Message> tokens = this.recorded.published("token");
		return Token.read(tokens.get(tokens.size() - 1).properties());
	}

	private void deliver(Token token) throws IOException {
		long tag = this.recorded.deliver(token.properties(TRUST));
		this.baton.take(tag, token);
	}

	private void keeps(int tokens) throws Exception {
		this.baton.keep();
		assertThat(this.recorded.published("token")).hasSize(tokens);
	}

	@Test
	void whatTheBrokerSaysIsHandedOnWithoutWhatSomebodyElseSaysInAToken() throws Exception {
		assertThat(this.recorded.published("token")).hasSize(1);
		assertThat(lastPut().leader()).isNull();
		Token token = Token.ofCandidate();
		this.recorded.deliver(token.properties(TRUST));
		Token forged = Token.leftBy("other", Cursor.at(Instant.parse("2099-01-01T00:00:00Z")));
		this.recorded.deliver(forged.properties(new Trust("another", List.of())));
		assertThat(this.received).containsExactly(token, new Token(forged.id(), null, null));
		this.recorded.cancel();
		assertThat(this.cancelled).isTrue();
	}

	@Test
	void whileTheBrokerTakesNothingNoTokenIsDueOrOverdue() throws Exception {
		deliver(Token.ofCandidate());
		this.baton.renew();
		this.recorded.block();
		this.uptime.pass(Duration.ofMinutes(10));
		keeps(2);
		this.recorded.unblock();
		this.uptime.pass(LIMIT);
		keeps(2);
		deliver(lastPut());
		this.recorded.block();
		this.uptime.pass(Duration.ofMinutes(10));
		keeps(2);
	}

	@Test
	void anOlderTokenIsAcknowledgedOnlyWhenAnotherOfALeaderHasCome() throws Exception {
		deliver(Token.ofCandidate());
		this.baton.renew();
		assertThat(this.recorded.acknowledged()).isEmpty();
		deliver(lastPut());
		assertThat(this.baton.isRenewed()).isTrue();
		assertThat(this.recorded.acknowledged()).containsExactly(1L);
		deliver(Token.ofCandidate());
		assertThat(this.recorded.acknowledged()).containsExactly(1L, 3L);
		this.baton.renew();
		deliver(lastPut());
		assertThat(this.baton.isRenewed()).isTrue();
		assertThat(this.recorded.acknowledged()).containsExactly(1L, 3L, 2L);
	}

	@Test
	void aTokenIsRenewedWhenItIsTimeAndOnlyOneIsUnderWay() throws Exception {
		deliver(Token.ofCandidate());
		this.baton.renew();
		this.baton.renew();
		keeps(2);
		deliver(lastPut());
		keeps(2);
		this.uptime.pass(Baton.RENEWAL.plusMillis(1));
		keeps(3);
		keeps(3);
	}

	@Test
	void aFreshTokenThatDoesNotComeBackIsOverdue() throws Exception {
		deliver(Token.ofCandidate());
		this.baton.renew();
		this.uptime.pass(LIMIT);
		this.baton.keep();
		this.uptime.pass(Duration.ofMillis(1));
		assertThatExceptionOfType(BrokerUnavailableException.class).isThrownBy(this.baton::keep)
			.withMessageContaining("the baton was not renewed within PT15S");
		deliver(lastPut());
		this.baton.keep();
	}

}
