package dev.ticktock.support;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;

/**
 * Connects to nothing: each attempt fails with an {@link Error}, and every second of them
 * cannot even be logged.
 */
public final class FailingConnections extends ConnectionFactory {

	/** The clones of a factory share it. */
	private final AtomicInteger attempts = new AtomicInteger();

	@Override
	public Connection newConnection(List<Address> addresses, String name) {
		if (this.attempts.incrementAndGet() % 2 == 1) {
			throw new StackOverflowError("as if");
		}
		throw new OutOfMemoryError() {
			@Override
			public String getMessage() {
				throw new LinkageError("it cannot even be told");
			}
		};
	}

	/** Returns how often a connection was asked for. */
	public int attempts() {
		return this.attempts.get();
	}

}
