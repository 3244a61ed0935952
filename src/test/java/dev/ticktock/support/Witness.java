package dev.ticktock.support;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

import static dev.ticktock.support.Patience.PATIENCE;

/**
 * Hears every tick, through failures of the broker too, and tells which slots are missing
 * and which were published twice. A message that the broker delivers again is the same
 * message, known by its correlation id.
 */
public final class Witness implements AutoCloseable {

	/**
	 * After so long without a tick it connects anew: a broker can forget a consumer of a
	 * quorum queue whose leader has just died.
	 */
	private static final Duration SILENCE = Duration.ofSeconds(5);

	private final List<Address> addresses;

	private final String exchange;

	private final String queue;

	private final ConcurrentLinkedQueue<Heard> heard = new ConcurrentLinkedQueue<>();

	private final Set<String> correlations = new HashSet<>();

	private final Thread thread;

	private volatile @Nullable Connection connection;

	private volatile boolean closed;

	private volatile long lastHeard;

	/** Begins to listen on a node and returns when it does. */
	public Witness(RabbitMqNode node, String exchange) {
		this(List.of(node.port()), exchange);
	}

	/** Begins to listen on any node of a cluster and returns when it does. */
	public Witness(List<Integer> ports, String exchange) {
		this.addresses = ports.stream().map((port) -> new Address("127.0.0.1", port)).toList();
		this.exchange = exchange;
		this.queue = exchange + ".witness";
		this.thread = new Thread(this::listen, "witness");
		this.thread.setDaemon(true);
		this.thread.start();
		Patience.await("the witness").until(() -> this.connection != null);
	}

	private void listen() {
		while (!this.closed) {
			try {
				connect();
			}
			catch (IOException | TimeoutException | ShutdownSignalException ex) {
				LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
			}
		}
	}

	private void connect() throws IOException, TimeoutException {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setAutomaticRecoveryEnabled(false);
		factory.setRequestedHeartbeat(3);
		factory.setConnectionTimeout(2000);
		factory.setChannelRpcTimeout(5000);
		try (Connection opened = factory.newConnection(this.addresses, "witness")) {
			Channel channel = opened.createChannel();
			channel.exchangeDeclare(this.exchange, "topic", true);
			channel.queueDeclare(this.queue, true, false, false, Map.of("x-queue-type", "quorum"));
			channel.queueBind(this.queue, this.exchange, "#");
			channel.basicQos(500);
			CountDownLatch end = new CountDownLatch(1);
			channel.addShutdownListener((signal) -> end.countDown());
			channel.basicConsume(this.queue, false, (tag, delivery) -> {
				this.lastHeard = System.nanoTime();
				take(delivery.getEnvelope(), delivery.getProperties());
				channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
			}, (tag) -> channel.abort());
			this.connection = opened;
			this.lastHeard = System.nanoTime();
			while (System.nanoTime() - this.lastHeard < SILENCE.toNanos()) {
				if (end.await(500, TimeUnit.MILLISECONDS)) {
					return;
				}
			}
		}
		catch (InterruptedException ex) {
			this.closed = true;
		}
	}

	private synchronized void take(Envelope envelope, AMQP.BasicProperties properties) {
		// A test may publish what is no tick, to see what TickTock makes of it.
		String correlation = properties.getCorrelationId();
		if ("tick".equals(properties.getType()) && correlation != null && this.correlations.add(correlation)) {
			this.heard.add(new Heard(envelope.getRoutingKey(), properties.getTimestamp().toInstant(),
					properties.getMessageId(), String.valueOf(properties.getHeaders().get("leader")), Instant.now()));
		}
	}

	public List<Heard> heard() {
		return List.copyOf(this.heard);
	}

	public String leader() {
		Patience.await("a first tick").until(() -> !this.heard.isEmpty());
		List<Heard> all = heard();
		return all.get(all.size() - 1).leader();
	}

	/** Waits for the first tick of another replica than the given one. */
	public Heard awaitOtherThan(String leader) {
		List<Heard> found = new ArrayList<>();
		Patience.await("a leader after " + leader).pollInterval(Duration.ofMillis(5)).until(() -> {
			List<Heard> all = heard();
			int last = all.stream().map(Heard::leader).toList().lastIndexOf(leader);
			all.stream().skip(last + 1L).findFirst().ifPresent(found::add);
			return !found.isEmpty();
		});
		return found.get(0);
	}

	/** Waits for the tick of a slot of any event at or after an instant. */
	public void awaitSlot(Instant slot) {
		Duration ahead = Duration.between(Instant.now(), slot);
		Patience.await("a slot at or after " + slot)
			.atMost(ahead.isNegative() ? PATIENCE : PATIENCE.plus(ahead))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> this.heard.stream().anyMatch((each) -> !each.slot().isBefore(slot)));
	}

	public List<String> doubled() {
		Set<String> ids = new HashSet<>();
		return heard().stream().map(Heard::messageId).filter((id) -> !ids.add(id)).distinct().sorted().toList();
	}

	/**
	 * Returns the ids of the ticks of one-second schedules that never came, between the
	 * first slot heard of and a last one.
	 */
	public List<String> missing(Set<String> events, Instant last) {
		Set<String> ids = this.heard.stream().map(Heard::messageId).collect(Collectors.toSet());
		Instant first = this.heard.stream()
			.filter((each) -> events.contains(each.event()))
			.map(Heard::slot)
			.min(Comparator.naturalOrder())
			.orElseThrow();
		return Stream.iterate(first, (slot) -> !slot.isAfter(last), (slot) -> slot.plusSeconds(1))
			.flatMap((slot) -> events.stream().map((event) -> event + "@" + slot))
			.filter((id) -> !ids.contains(id))
			.toList();
	}

	/**
	 * Returns how long after an instant the first tick came that was published after it:
	 * one whose slot is later.
	 */
	public Duration firstAfter(Instant instant) {
		return heard().stream()
			.filter((each) -> each.slot().isAfter(instant))
			.map((each) -> Duration.between(instant, each.at()))
			.min(Comparator.naturalOrder())
			.orElseThrow();
	}

	public Duration longestSilence(Instant from, Instant to) {
		Instant before = from;
		Duration longest = Duration.ZERO;
		for (Heard each : heard()) {
			if (each.at().isAfter(from) && each.at().isBefore(to)) {
				Duration silence = Duration.between(before, each.at());
				longest = (silence.compareTo(longest) > 0) ? silence : longest;
				before = each.at();
			}
		}
		return longest;
	}

	@Override
	public void close() {
		this.closed = true;
		Connection open = this.connection;
		if (open != null) {
			open.abort(1000);
		}
	}

	/**
	 * A tick that was heard.
	 */
	public record Heard(String event, Instant slot, String messageId, String leader, Instant at) {

	}

}
