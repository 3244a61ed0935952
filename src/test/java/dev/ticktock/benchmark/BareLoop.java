package dev.ticktock.benchmark;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ticktock.support.Moment;

/**
 * The least that a scheduler in Java can do: sleeps to the second and publishes on a
 * plain channel, without confirms.
 */
final class BareLoop {

	private BareLoop() {
	}

	/**
	 * Publishes every second until the process is ended.
	 * @param args the broker's port, the exchange, the routing key
	 */
	public static void main(String[] args) throws Exception {
		Clock clock = Clock.systemUTC();
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost("127.0.0.1");
		factory.setPort(Integer.parseInt(args[0]));
		byte[] body = "x".repeat(200).getBytes(StandardCharsets.UTF_8);
		try (Connection connection = factory.newConnection("bare loop")) {
			Channel channel = connection.createChannel();
			while (connection.isOpen()) {
				Instant slot = clock.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
				Moment.await(slot);
				channel.basicPublish(args[1], args[2],
						new AMQP.BasicProperties.Builder().deliveryMode(2).timestamp(Date.from(slot)).build(), body);
			}
		}
	}

}
