package dev.ticktock.support;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.ticktock.message.MissedMessage;

/**
 * Reads from a journal what leaders have written down of missed ticks.
 */
public final class MissedRecords {

	private MissedRecords() {
	}

	/**
	 * Begins to read, from the first record on.
	 * @param bodies told the body of each record
	 */
	public static void read(Channel channel, String journal, Consumer<byte[]> bodies) throws IOException {
		channel.basicQos(1000);
		channel.basicConsume(journal, false, "", false, false, Map.of("x-stream-offset", "first"),
				new DefaultConsumer(channel) {

					@Override
					public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties,
							byte[] body) throws IOException {
						if (MissedMessage.TYPE.equals(properties.getType())) {
							bodies.accept(body);
						}
						getChannel().basicAck(envelope.getDeliveryTag(), false);
					}

				});
	}

}
