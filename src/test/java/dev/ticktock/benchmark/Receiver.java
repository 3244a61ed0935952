package dev.ticktock.benchmark;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;

/**
 * The receiving process: notes when each message comes, whoever published it, and prints
 * its notes when it is asked for them.
 */
final class Receiver {

	private static final Clock CLOCK = Clock.systemUTC();

	/** Bytes of a content header that are no properties. */
	private static final int CONTENT_HEADER = 12;

	private static final Queue<Note> NOTES = new ConcurrentLinkedQueue<>();

	private Receiver() {
	}

	/**
	 * Declares the exchange and the queue and receives until the input ends.
	 * @param args the broker's port, the exchange, the queue, and optionally a stream
	 * that is bound beside it
	 */
	public static void main(String[] args) throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost("127.0.0.1");
		factory.setPort(Integer.parseInt(args[0]));
		try (Connection connection = factory.newConnection("receiver")) {
			Channel channel = connection.createChannel();
			channel.exchangeDeclare(args[1], "topic", true);
			channel.queueDeclare(args[2], true, false, false, null);
			channel.queueBind(args[2], args[1], "#");
			if (args.length > 3) {
				channel.queueDeclare(args[3], true, false, false, Map.of("x-queue-type", "stream"));
				channel.queueBind(args[3], args[1], "#");
			}
			channel.basicConsume(args[2], true, new DefaultConsumer(channel) {

				@Override
				public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
						throws IOException {
					NOTES.add(new Note(envelope.getRoutingKey(), properties.getTimestamp().getTime(),
							micros(CLOCK.instant()), body.length,
							properties.toFrame(0, 0).getPayload().length - CONTENT_HEADER));
				}

			});
			answer();
		}
	}

	private static long micros(Instant instant) {
		return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
	}

	private static void answer() throws Exception {
		PrintStream out = new PrintStream(new BufferedOutputStream(System.out), false, StandardCharsets.UTF_8);
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		out.println("ready");
		out.flush();
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			for (Note note = NOTES.poll(); note != null; note = NOTES.poll()) {
				out.println(note);
			}
			out.println("end");
			out.flush();
		}
	}

	/**
	 * What came, and when.
	 *
	 * @param key the routing key
	 * @param slotMillis the message's timestamp, in milliseconds since the epoch
	 * @param receivedMicros when it came, in microseconds since the epoch
	 * @param body the size of the body
	 * @param properties the size of the properties
	 */
	record Note(String key, long slotMillis, long receivedMicros, int body, int properties) {

		static Note parse(String line) {
			String[] words = line.split(" ", -1);
			return new Note(words[0], Long.parseLong(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[3]),
					Integer.parseInt(words[4]));
		}

		/** Returns the time from the slot to the receipt. */
		double lagMillis() {
			return this.receivedMicros / 1000.0 - this.slotMillis;
		}

		@Override
		public String toString() {
			return "%s %d %d %d %d".formatted(this.key, this.slotMillis, this.receivedMicros, this.body,
					this.properties);
		}

	}

}
