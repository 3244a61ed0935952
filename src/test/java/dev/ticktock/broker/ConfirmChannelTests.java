package dev.ticktock.broker;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.rabbitmq.client.AMQP;
import dev.ticktock.broker.ConfirmChannel.Confirm;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.RecordedChannel.Message;
import dev.ticktock.support.SettableUptime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;

/**
 * Tests for {@link ConfirmChannel}.
 */
class ConfirmChannelTests {

	private final SettableUptime uptime = new SettableUptime();

	private final List<String> settled = new ArrayList<>();

	private RecordedChannel recorded;

	private ConfirmChannel channel;

	@BeforeEach
	void open() throws Exception {
		this.recorded = new RecordedChannel();
		this.channel = ConfirmChannel.on(this.recorded.channel(), this.uptime);
	}

	private void publish(String name) throws Exception {
		this.channel.publish("exchange", name, true, new AMQP.BasicProperties(), new byte[0],
				(accepted) -> this.settled.add(name + (accepted ? "+" : "-")));
	}

	@Test
	void everyMessageIsSettledOnceAsAcceptedOrRefused() throws Exception {
		publish("a");
		publish("b");
		publish("c");
		this.recorded.confirm(2, false);
		assertThat(this.settled).containsExactly("b+");
		this.recorded.confirm(3, true);
		this.recorded.confirm(3, true);
		publish("d");
		publish("e");
		this.recorded.refuse(5, true);
		assertThat(this.settled).containsExactly("b+", "a+", "c+", "d-", "e-");
		assertThat(this.channel.oldestUnconfirmed()).isZero();
	}

	@Test
	void afterAMandatoryMessageThatNoQueueGotComesNoOther() throws Exception {
		publish("a");
		this.recorded.giveBack();
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> publish("b"))
			.withMessage("no queue got a message");
		this.channel.publish("", "token", false, new AMQP.BasicProperties(), new byte[0], Confirm.UNHEARD);
		assertThat(this.recorded.published()).extracting(Message::key).containsExactly("a", "token");
	}

	@Test
	void theOldestUnconfirmedMessageCountsWithoutTheTimeForWhichTheBrokerBlocks() throws Exception {
		assertThat(this.channel.oldestUnconfirmed()).isZero();
		publish("a");
		this.uptime.pass(Duration.ofSeconds(3));
		publish("b");
		this.uptime.pass(Duration.ofSeconds(4));
		assertThat(this.channel.oldestUnconfirmed()).isEqualTo(Duration.ofSeconds(7));
		this.recorded.confirm(1, false);
		assertThat(this.channel.oldestUnconfirmed()).isEqualTo(Duration.ofSeconds(4));
		this.recorded.block();
		this.uptime.pass(Duration.ofMinutes(10));
		assertThat(this.channel.oldestUnconfirmed()).isZero();
		this.recorded.unblock();
		this.uptime.pass(Duration.ofSeconds(2));
		assertThat(this.channel.oldestUnconfirmed()).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void itIsOpenAsLongAsItsConnectionAndUntilAMessageIsSentByHalves() throws Exception {
		assertThat(this.channel.isOpen()).isFalse();
		given(this.recorded.connection().isOpen()).willReturn(true);
		assertThat(this.channel.isOpen()).isTrue();
		this.recorded.failWith(new OutOfMemoryError("as if"));
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> publish("a"));
		assertThat(this.channel.isOpen()).isFalse();
		this.recorded.failWith(null);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> publish("b"));
		assertThat(this.recorded.published()).isEmpty();
	}

}
