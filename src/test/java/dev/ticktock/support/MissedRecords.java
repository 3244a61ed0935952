package dev.ticktock.support;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.ticktock.broker.Topology;
import dev.ticktock.message.JournalDecoder;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.Trust;

/**
 * Reads from a journal what leaders have written down of missed ticks.
 */
public final class MissedRecords {

	private MissedRecords() {
	}

	/**
	 * Begins to read, from the first record on.
	 * @param listener told of each record
	 */
	public static void read(Channel channel, String journal, Consumer<MissedTicks> listener) throws IOException {
		JournalDecoder decoder = new JournalDecoder(new Topology(journal, journal, journal),
				Trust.of("guest", List.of()));
		channel.basicQos(1000);
		channel.basicConsume(journal, false, "", false, false, Map.of("x-stream-offset", "first"),
				new DefaultConsumer(channel) {

					@Override
					public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties,
							byte[] body) throws IOException {
						if (decoder.read(envelope, properties, body) instanceof JournalRecord.Missed missed) {
							listener.accept(missed.ticks());
						}
						getChannel().basicAck(envelope.getDeliveryTag(), false);
					}

				});
	}

}
