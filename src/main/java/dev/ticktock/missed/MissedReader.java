package dev.ticktock.missed;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.ticktock.message.ControlMessage;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.MissedTicks.Group;
import dev.ticktock.message.MissedTicks.Miss;
import dev.ticktock.message.Trust;
import dev.ticktock.missed.Vetting.Found;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;

/**
 * Reads missed ticks over one channel: gathers them, writes them down, and only then
 * acknowledges them. Whatever comes, one record is written a second at most, of at most
 * {@link #PREFETCH} ticks, and the journal grows by no more than {@link #BYTES_A_SECOND}.
 * Used by one thread; what the broker delivers comes on the connection's.
 */
final class MissedReader extends DefaultConsumer {

	/** How many messages are gathered at most. */
	static final int PREFETCH = 2000;

	/** The shortest time between two records. */
	static final Duration PACE = Duration.ofSeconds(1);

	static final int BYTES_A_SECOND = 20_000;

	/** How long a record may take. */
	static final Duration CONFIRM = Duration.ofSeconds(15);

	private final CountDownLatch end = new CountDownLatch(1);

	/** Not acknowledged, so there are no more than the prefetch. */
	private final BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();

	private final Vetting vetting;

	private final Destination destination;

	private final String run;

	private final Clock clock;

	private final Uptime uptime;

	/** The uptime of the last record; {@code null} if there was none. */
	private @Nullable Duration written;

	private Duration pause = PACE;

	private volatile boolean blocked;

	private volatile boolean returned;

	/**
	 * Creates a reader.
	 * @param destination where the ticks are written down
	 * @param run the name of the writer
	 */
	MissedReader(Channel channel, Vetting vetting, Destination destination, String run, Clock clock, Uptime uptime) {
		super(channel);
		this.vetting = vetting;
		this.destination = destination;
		this.run = run;
		this.clock = clock;
		this.uptime = uptime;
	}

	/** Begins to read. */
	void attach(String queue, String consumerTag) throws IOException {
		Channel channel = getChannel();
		channel.addShutdownListener((signal) -> this.end.countDown());
		channel.getConnection().addBlockedListener(new Blockade());
		channel.addReturnListener((message) -> this.returned = true);
		channel.confirmSelect();
		channel.basicQos(PREFETCH);
		channel.basicConsume(queue, false, consumerTag, this);
	}

	/**
	 * Waits for the end of the channel or of the consumer.
	 * @return whether it has come
	 */
	boolean awaitEnd(Duration patience) throws InterruptedException {
		return this.end.await(patience.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
		this.arrived
			.add(new Delivery(envelope.getDeliveryTag(), this.vetting.read(envelope.getRoutingKey(), properties)));
	}

	@Override
	public void handleCancel(String consumerTag) {
		this.end.countDown();
	}

	/**
	 * Writes down what has arrived, if it is time.
	 * @throws IOException if it could not be written down
	 * @throws TimeoutException if the broker has not confirmed it
	 */
	void look() throws IOException, TimeoutException, InterruptedException {
		if (this.blocked || this.arrived.isEmpty()
				|| (this.written != null && this.uptime.since(this.written).compareTo(this.pause) < 0)) {
			return;
		}
		List<Delivery> taken = new ArrayList<>();
		this.arrived.drainTo(taken);
		MissedTicks missed = missed(taken);
		this.written = this.uptime.now();
		if (!missed.groups().isEmpty()) {
			write(missed);
		}
		getChannel().basicAck(taken.get(taken.size() - 1).tag(), true);
	}

	private MissedTicks missed(List<Delivery> deliveries) {
		Map<Key, List<Miss>> groups = new LinkedHashMap<>();
		for (Delivery delivery : deliveries) {
			Found found = delivery.found();
			if (found != null) {
				groups
					.computeIfAbsent(new Key(found.event(), found.queue(), found.reason()), (key) -> new ArrayList<>())
					.add(found.tick());
			}
		}
		return new MissedTicks(this.run, this.clock.instant().truncatedTo(ChronoUnit.MILLIS),
				groups.entrySet()
					.stream()
					.map((each) -> new Group(each.getKey().event(), each.getKey().queue(), each.getKey().reason(),
							each.getValue()))
					.toList());
	}

	private void write(MissedTicks missed) throws IOException, TimeoutException, InterruptedException {
		String journal = this.destination.journal();
		if (journal == null) {
			this.destination.memory().accept(missed);
			return;
		}
		ControlMessage message = ControlMessage.missed(missed, this.destination.trust());
		this.returned = false;
		// Mandatory: without the journal nobody would keep it, and the broker confirms
		// it.
		getChannel().basicPublish("", journal, true, message.properties(), message.body());
		boolean confirmed = getChannel().waitForConfirms(CONFIRM.toMillis());
		if (!confirmed || this.returned) {
			throw new IOException("the journal did not take a record");
		}
		Duration bySize = Duration.ofMillis(1000L * message.body().length / BYTES_A_SECOND);
		this.pause = (bySize.compareTo(PACE) > 0) ? bySize : PACE;
	}

	/**
	 * Where missed ticks are written down.
	 *
	 * @param journal the stream; {@code null} if there is none
	 * @param memory who is told if there is none
	 * @param trust the account of the records
	 */
	record Destination(@Nullable String journal, Consumer<MissedTicks> memory, Trust trust) {

	}

	/**
	 * What has been delivered.
	 *
	 * @param found the tick; {@code null} if it does not count
	 */
	private record Delivery(long tag, @Nullable Found found) {

	}

	private record Key(String event, String queue, MissedReason reason) {

	}

	/**
	 * While the broker takes no messages, a record would not be confirmed.
	 */
	private final class Blockade implements BlockedListener {

		@Override
		public void handleBlocked(String reason) {
			MissedReader.this.blocked = true;
		}

		@Override
		public void handleUnblocked() {
			MissedReader.this.blocked = false;
		}

	}

}
