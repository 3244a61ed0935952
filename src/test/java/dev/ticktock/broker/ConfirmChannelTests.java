package dev.ticktock.broker;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.rabbitmq.client.AMQP;
import dev.ticktock.support.RecordedChannel;
import dev.ticktock.support.SettableUptime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;

/**
 * Tests for {@link ConfirmChannel}.
 */
@ExtendWith(OutputCaptureExtension.class)
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
	void everyMessageIsSettledOnce() throws Exception {
		publish("a");
		publish("b");
		publish("c");
		this.recorded.confirm(2, false);
		assertThat(this.settled).containsExactly("b+");
		this.recorded.confirm(3, true);
		this.recorded.confirm(3, true);
		assertThat(this.settled).containsExactly("b+", "a+", "c+");
		assertThat(this.channel.unconfirmed()).isZero();
	}

	@Test
	void aRefusalIsToldAsOne() throws Exception {
		publish("a");
		publish("b");
		this.recorded.refuse(2, true);
		assertThat(this.settled).containsExactly("a-", "b-");
	}

	@Test
	void theOldestUnconfirmedMessageCounts() throws Exception {
		assertThat(this.channel.oldestUnconfirmed()).isZero();
		publish("a");
		this.uptime.pass(Duration.ofSeconds(3));
		publish("b");
		this.uptime.pass(Duration.ofSeconds(4));
		assertThat(this.channel.oldestUnconfirmed()).isEqualTo(Duration.ofSeconds(7));
		this.recorded.confirm(1, false);
		assertThat(this.channel.oldestUnconfirmed()).isEqualTo(Duration.ofSeconds(4));
	}

	@Test
	void theTimeForWhichTheBrokerBlocksDoesNotCount() throws Exception {
		publish("a");
		this.uptime.pass(Duration.ofSeconds(3));
		this.recorded.block();
		this.uptime.pass(Duration.ofMinutes(10));
		assertThat(this.channel.oldestUnconfirmed()).isZero();
		this.recorded.unblock();
		this.uptime.pass(Duration.ofSeconds(2));
		assertThat(this.channel.oldestUnconfirmed()).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void acceptsNothingWhileTheBrokerBlocks() throws Exception {
		assertThat(this.channel.accepting()).isTrue();
		this.recorded.block();
		assertThat(this.channel.accepting()).isFalse();
		this.recorded.unblock();
		assertThat(this.channel.accepting()).isTrue();
	}

	@Test
	void aConfirmThatFailsToBeHeardKeepsNoOtherFromBeing(CapturedOutput output) throws Exception {
		for (int i = 0; i < 3; i++) {
			this.channel.publish("exchange", "fails", true, new AMQP.BasicProperties(), new byte[0], (accepted) -> {
				throw new IllegalStateException("as if");
			});
		}
		publish("a");
		this.recorded.confirm(4, true);
		assertThat(this.settled).containsExactly("a+");
		assertThat(this.channel.unconfirmed()).isZero();
		assertThat(output).containsOnlyOnce("Unexpected failure; a confirm was not counted");
	}

	@Test
	void aMessageThatIsSentByHalvesIsTheLast() throws Exception {
		given(this.recorded.channel().isOpen()).willReturn(true);
		given(this.recorded.connection().isOpen()).willReturn(true);
		assertThat(this.channel.isOpen()).isTrue();
		this.recorded.failWith(new OutOfMemoryError("as if"));
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> publish("a"));
		assertThat(this.channel.isOpen()).isFalse();
		this.recorded.failWith(null);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> publish("b"));
		assertThat(this.recorded.published()).isEmpty();
	}

	@Test
	void aChannelIsOpenAsLongAsItsConnection() {
		given(this.recorded.channel().isOpen()).willReturn(true);
		assertThat(this.channel.isOpen()).isFalse();
		given(this.recorded.connection().isOpen()).willReturn(true);
		assertThat(this.channel.isOpen()).isTrue();
		given(this.recorded.channel().isOpen()).willReturn(false);
		assertThat(this.channel.isOpen()).isFalse();
	}

	@Test
	void aBrokerThatBlocksHoldsUp() throws Exception {
		assertThat(this.channel.heldUpUntil()).isZero();
		this.recorded.block();
		this.uptime.pass(Duration.ofHours(1));
		assertThat(this.channel.heldUpUntil()).isEqualTo(this.uptime.now());
		this.recorded.unblock();
		Duration unblocked = this.uptime.now();
		this.uptime.pass(Duration.ofHours(1));
		assertThat(this.channel.heldUpUntil()).isEqualTo(unblocked);
	}

	@Test
	void aBrokerThatConfirmsLateHoldsUp() throws Exception {
		publish("a");
		this.uptime.pass(ConfirmChannel.LATE);
		assertThat(this.channel.heldUpUntil()).isZero();
		this.uptime.pass(Duration.ofHours(1));
		assertThat(this.channel.heldUpUntil()).isEqualTo(this.uptime.now());
		this.recorded.confirm(1, false);
		Duration confirmed = this.uptime.now();
		publish("b");
		this.recorded.confirm(2, false);
		this.uptime.pass(Duration.ofHours(1));
		assertThat(this.channel.heldUpUntil()).isEqualTo(confirmed);
	}

	@Test
	void aQueueThatNeverConfirmsDoesNotHoldUpWhatOthersConfirm() throws Exception {
		publish("stuck");
		this.uptime.pass(Duration.ofHours(1));
		publish("a");
		this.recorded.confirm(2, false);
		assertThat(this.channel.heldUpUntil()).isLessThan(this.uptime.now());
	}

}
