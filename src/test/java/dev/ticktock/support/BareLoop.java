package dev.ticktock.support;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;

/**
 * The least that a scheduler in Java can do: sleeps to the second and publishes on a
 * plain channel, without confirms. It is as late as the machine and the broker make it.
 */
public final class BareLoop {

	private BareLoop() {
	}

	/** Publishes at every second until the connection closes. */
	public static void start(Connection connection, String exchange, String key) throws IOException {
		Channel channel = connection.createChannel();
		Thread loop = new Thread(() -> {
			try {
				while (channel.isOpen()) {
					Instant slot = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
					Moment.await(slot);
					channel.basicPublish(exchange, key,
							new AMQP.BasicProperties.Builder().deliveryMode(2).timestamp(Date.from(slot)).build(),
							new byte[200]);
				}
			}
			catch (IOException | ShutdownSignalException ex) {
				System.out.println("The bare loop ends: " + ex.getMessage());
			}
		}, "bare loop");
		loop.setDaemon(true);
		loop.start();
	}

}
