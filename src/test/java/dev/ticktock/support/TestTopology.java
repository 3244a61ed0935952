package dev.ticktock.support;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;

/**
 * An exchange of one test's own and a queue that hears everything; both are deleted when
 * it is closed.
 */
public record TestTopology(Connection connection, String exchange, String queue,
		Recorder recorder) implements AutoCloseable {

	public TestTopology(ConnectionFactory factory) throws IOException, TimeoutException {
		this(factory.newConnection("test"));
	}

	/** Creates the topology over a connection that is closed with it. */
	public TestTopology(Connection connection) throws IOException {
		this(connection, Names.unique("test.exchange"), Names.unique("test.queue"));
	}

	private TestTopology(Connection connection, String exchange, String queue) throws IOException {
		this(connection, exchange, queue, Recorder.bind(connection, exchange, queue, "#"));
	}

	/** Waits for a consumer of a queue that may not exist yet. */
	public static void awaitConsumer(Connection connection, String queue) {
		Patience.await("a consumer of " + queue)
			.ignoreExceptions()
			.until(() -> connection.createChannel().consumerCount(queue) > 0);
	}

	@Override
	public void close() throws IOException {
		try {
			delete(this.connection, this.exchange, this.queue);
		}
		finally {
			this.connection.abort();
		}
	}

	/**
	 * Deletes an exchange, what TickTock declares with it, and a queue of a worker.
	 */
	public static void delete(Connection connection, String exchange, String queue) throws IOException {
		for (String each : List.of(queue, exchange + ".leader", exchange + ".journal", exchange + ".missed")) {
			delete(connection, (channel) -> channel.queueDelete(each));
		}
		for (String kind : List.of(".missed", ".outcome", ".out", "")) {
			delete(connection, (channel) -> channel.exchangeDelete(exchange + kind));
		}
	}

	/** Each on a channel of its own: a broker may close it over a name that is gone. */
	private static void delete(Connection connection, Deletion deletion) throws IOException {
		Channel channel = connection.createChannel();
		try {
			deletion.on(channel);
			channel.abort();
		}
		catch (IOException ex) {
			if (channel.isOpen()) {
				throw ex;
			}
		}
	}

	private interface Deletion {

		void on(Channel channel) throws IOException;

	}

}
