package dev.ticktock.broker;

import java.util.ArrayList;
import java.util.List;

import com.rabbitmq.client.Connection;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link BrokerConnection}.
 */
class BrokerConnectionTests {

	private final Connection raw = mock();

	private final List<Throwable> uncaught = new ArrayList<>();

	private void close() throws InterruptedException {
		Thread thread = new Thread(() -> new BrokerConnection(this.raw).close(), "replica");
		thread.setUncaughtExceptionHandler((same, fault) -> this.uncaught.add(fault));
		thread.start();
		thread.join();
	}

	@Test
	void aConnectionIsClosed() throws Exception {
		close();
		then(this.raw).should().abort(anyInt());
		assertThat(this.uncaught).isEmpty();
	}

	@Test
	void aConnectionThatStaysOpenEndsTheProcess() throws Exception {
		willThrow(new OutOfMemoryError("as if")).given(this.raw).abort(anyInt());
		close();
		assertThat(this.uncaught).hasOnlyElementsOfType(OutOfMemoryError.class).hasSize(1);
	}

}
