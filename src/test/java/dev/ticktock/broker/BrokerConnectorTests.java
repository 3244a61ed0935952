package dev.ticktock.broker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnector.FaultHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;

/**
 * Tests for the faults of {@link BrokerConnector} and {@link BrokerConnection}.
 */
@ExtendWith(OutputCaptureExtension.class)
class BrokerConnectorTests {

	private final FaultHandler handler = new FaultHandler(() -> null);

	private final Connection connection = mock();

	private final Channel channel = mock();

	private final List<Throwable> uncaught = new ArrayList<>();

	private void run(Runnable action) throws InterruptedException {
		Thread thread = new Thread(action);
		thread.setUncaughtExceptionHandler((ended, fault) -> this.uncaught.add(fault));
		thread.start();
		thread.join();
	}

	private void thrownByAConsumer(Throwable fault) {
		this.handler.handleConsumerException(this.channel, fault, mock(), "tag", "handleDelivery");
	}

	@Test
	void whatAConsumerOrAConfirmThrowsIsLoggedAndClosesTheChannel(CapturedOutput output) throws Exception {
		thrownByAConsumer(new IllegalStateException("as if"));
		this.handler.handleConfirmListenerException(this.channel, new IllegalStateException("as if"));
		assertThat(output).contains("Unexpected failure; reconnecting. Consumer", "IllegalStateException: as if",
				"Unexpected failure; reconnecting. ConfirmListener");
		then(this.channel).should(times(2)).close(eq(AMQP.REPLY_SUCCESS), anyString());
	}

	@Test
	void anErrorOfAConsumerEndsTheProcess() throws Exception {
		run(() -> thrownByAConsumer(new StackOverflowError("as if")));
		assertThat(this.uncaught).singleElement().isInstanceOf(StackOverflowError.class);
	}

	@Test
	void aConnectionThatIsLostIsNotLoggedAndAnErrorOnItsThreadIs(CapturedOutput output) {
		this.handler.handleUnexpectedConnectionDriverException(this.connection, new IOException("Connection reset"));
		this.handler.handleUnexpectedConnectionDriverException(this.connection,
				new IllegalStateException("Message body is too large"));
		this.handler.handleUnexpectedConnectionDriverException(this.connection, new StackOverflowError("as if"));
		thrownByAConsumer(new AlreadyClosedException(new ShutdownSignalException(true, false, null, this.connection)));
		assertThat(output).isEmpty();
		this.handler.handleUnexpectedConnectionDriverException(this.connection, new OutOfMemoryError("as if"));
		assertThat(output).contains("Unexpected failure; reconnecting.", "OutOfMemoryError: as if");
	}

	@Test
	void aConnectionThatStaysOpenEndsTheProcess() throws Exception {
		willThrow(new OutOfMemoryError("as if")).given(this.connection).abort(anyInt());
		run(() -> new BrokerConnection(this.connection).close());
		assertThat(this.uncaught).singleElement().isInstanceOf(OutOfMemoryError.class);
	}

}
