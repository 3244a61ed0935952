package dev.ticktock.support;

import java.io.IOException;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import org.awaitility.Awaitility;

import static dev.ticktock.support.Patience.PATIENCE;

/**
 * Waits for a queue that TickTock declares and reads.
 */
public final class Consumed {

	private Consumed() {
	}

	public static void await(Connection connection, String queue) {
		Awaitility.await("a consumer of " + queue).atMost(PATIENCE).until(() -> isConsumed(connection, queue));
	}

	/** On a channel of its own: the broker closes it if there is no such queue. */
	private static boolean isConsumed(Connection connection, String queue) throws IOException {
		Channel channel = connection.createChannel();
		try {
			boolean consumed = channel.consumerCount(queue) > 0;
			channel.abort();
			return consumed;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
