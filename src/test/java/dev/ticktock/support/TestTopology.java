package dev.ticktock.support;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;

/**
 * An exchange of one test's own and a queue that hears everything; both are deleted when
 * it is closed.
 */
public final class TestTopology implements AutoCloseable {

	private final Connection connection;

	private final String exchange = Names.unique("test.exchange");

	private final String queue = Names.unique("test.queue");

	private final Recorder recorder;

	/**
	 * Creates the topology.
	 */
	public TestTopology(ConnectionFactory factory) throws IOException, TimeoutException {
		this(factory.newConnection("test"));
	}

	/**
	 * Creates the topology over a connection that is closed with it.
	 */
	public TestTopology(Connection connection) throws IOException {
		this.connection = connection;
		this.recorder = Recorder.bind(connection, this.exchange, this.queue, "#");
	}

	public Connection connection() {
		return this.connection;
	}

	public String exchange() {
		return this.exchange;
	}

	public String queue() {
		return this.queue;
	}

	public Recorder recorder() {
		return this.recorder;
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
		delete(connection, (channel) -> channel.queueDelete(queue));
		delete(connection, (channel) -> channel.queueDelete(exchange + ".leader"));
		delete(connection, (channel) -> channel.queueDelete(exchange + ".journal"));
		delete(connection, (channel) -> channel.queueDelete(exchange + ".missed"));
		delete(connection, (channel) -> channel.exchangeDelete(exchange + ".missed"));
		delete(connection, (channel) -> channel.exchangeDelete(exchange + ".outcome"));
		delete(connection, (channel) -> channel.exchangeDelete(exchange + ".out"));
		delete(connection, (channel) -> channel.exchangeDelete(exchange));
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
