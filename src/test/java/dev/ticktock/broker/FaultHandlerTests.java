package dev.ticktock.broker;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnector.FaultHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link FaultHandler}.
 */
@ExtendWith(OutputCaptureExtension.class)
class FaultHandlerTests {

	private final FaultHandler handler = new FaultHandler();

	private final Channel channel = mock();

	private void thrownByAConsumer(Throwable fault) {
		Consumer consumer = mock();
		this.handler.handleConsumerException(this.channel, fault, consumer, "tag", "handleDelivery");
	}

	@Test
	void whatAConsumerThrowsIsToldAndClosesTheChannel(CapturedOutput output) throws Exception {
		thrownByAConsumer(new IllegalStateException("as if"));
		assertThat(output).contains("Unexpected failure; reconnecting. Consumer", "IllegalStateException: as if");
		then(this.channel).should().close(eq(AMQP.REPLY_SUCCESS), anyString());
	}

	@Test
	void anErrorOfAConsumerIsGivenToTheLastResort() throws Exception {
		AtomicReference<Throwable> uncaught = new AtomicReference<>();
		Thread thread = new Thread(() -> thrownByAConsumer(new StackOverflowError("as if")));
		thread.setUncaughtExceptionHandler((ended, fault) -> uncaught.set(fault));
		thread.start();
		thread.join();
		assertThat(uncaught.get()).isInstanceOf(StackOverflowError.class);
	}

	@Test
	void aConnectionThatIsLostIsNotTold(CapturedOutput output) {
		Connection connection = mock();
		this.handler.handleUnexpectedConnectionDriverException(connection, new IOException("Connection reset"));
		this.handler.handleUnexpectedConnectionDriverException(connection,
				new IllegalStateException("Message body is too large"));
		thrownByAConsumer(new AlreadyClosedException(new ShutdownSignalException(true, false, null, connection)));
		assertThat(output).isEmpty();
	}

	@Test
	void anErrorOnTheThreadOfAConnectionIsTold(CapturedOutput output) {
		Connection connection = mock();
		this.handler.handleUnexpectedConnectionDriverException(connection, new OutOfMemoryError("as if"));
		assertThat(output).contains("Unexpected failure; reconnecting.", "OutOfMemoryError: as if");
	}

}
