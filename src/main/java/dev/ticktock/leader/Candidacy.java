package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.ConfirmChannel;
import dev.ticktock.journal.Journal;
import dev.ticktock.message.TickMessage;
import dev.ticktock.message.Token;
import dev.ticktock.publish.SecondChance;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.time.Heart;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one replica does on one connection: waits for the baton, learns what was
 * published, leads, and ends when the connection, the baton or the application does.
 * Everything that happens arrives in one mailbox and is dealt with on one thread.
 */
final class Candidacy {

	private static final Logger logger = LoggerFactory.getLogger(Candidacy.class);

	/** How often the limits are looked at. */
	private static final Duration WATCH = Duration.ofMillis(500);

	private final BlockingQueue<Event> mailbox = new LinkedBlockingQueue<>();

	private final Station station;

	private final Heart heart;

	private volatile Phase phase;

	private Candidacy(Station station, Heart heart) {
		this.station = station;
		this.heart = heart;
		this.phase = new Waiting(station);
	}

	/**
	 * Creates a candidacy on an open connection.
	 * @param journal where what was published is read; {@code null} if there is none
	 * @param memory the last tick that this replica knows to be published
	 * @param heart the heart of the thread that takes part
	 */
	static Candidacy on(BrokerConnection connection, ReplicaContext context, @Nullable Journal journal, Cursor memory,
			Heart heart) throws IOException, BrokerUnavailableException {
		ConfirmChannel channel = ConfirmChannel.on(connection.channel(), context.uptime());
		Baton baton = new Baton(channel, context.topology().leaderQueue(), context.run(), context.trust(),
				context.uptime());
		TickMessage message = context.message(connection.dialect());
		SecondChance secondChance = new SecondChance(connection,
				(journal != null) ? context.topology().out() : context.topology().exchange(), message,
				context.listeners(), context.termEnds(), context.clock(), context.uptime());
		return new Candidacy(new Station(context, connection, channel, baton, message, UUID.randomUUID().toString(),
				secondChance, journal, memory), heart);
	}

	/** Says that the application stops; called by another thread. */
	void stop() {
		this.mailbox.add(new Stop());
	}

	/** Says that the journal has something new; called by another thread. */
	void journalRead() {
		this.mailbox.add(new JournalRead());
	}

	boolean accepting() {
		return this.station.channel().accepting();
	}

	/** Returns the last uptime at which the broker held up whoever publishes. */
	Duration heldUpUntil() {
		return this.station.channel().heldUpUntil();
	}

	/** Returns the current phase; called by any thread. */
	Phase phase() {
		return this.phase;
	}

	/**
	 * Takes part until the end.
	 * @param moved told when another phase has begun
	 * @throws BrokerUnavailableException unless the application stops
	 * @throws BrokerRefusedException if the broker closed the channel because this
	 * replica may not publish, or not by the name that it gave
	 */
	void run(Consumer<Phase> moved) throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		this.station.channel()
			.raw()
			.addShutdownListener((signal) -> this.mailbox.add(new Ended(BrokerConnection.reason(signal), signal)));
		try {
			this.station.baton().join(this.station.context().connector().consumerTag(), new Mailer());
			do {
				this.heart.beat(WATCH);
			}
			while (handle(this.mailbox.poll(WATCH.toMillis(), TimeUnit.MILLISECONDS), moved));
			this.phase.handOver();
		}
		catch (IOException | ShutdownSignalException ex) {
			Channel raw = this.station.channel().raw();
			throw ended(BrokerConnection.reason(ex), raw.getCloseReason());
		}
		finally {
			this.heart.rest();
			this.phase.end();
		}
	}

	private boolean handle(@Nullable Event event, Consumer<Phase> moved)
			throws IOException, BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		if (event instanceof Stop) {
			return false;
		}
		if (event instanceof Ended end) {
			throw ended(end.reason(), end.signal());
		}
		if (!this.station.channel().isOpen()) {
			// Nobody has said so; without memory, for one, nobody can.
			throw ended("the channel can no longer be used", this.station.channel().raw().getCloseReason());
		}
		if (event instanceof Received received) {
			move(this.phase.received(received.deliveryTag(), received.token()), moved);
		}
		move(this.phase.look(), moved);
		return true;
	}

	/** The one place where a phase follows another. */
	private void move(Phase next, Consumer<Phase> moved) {
		if (next != this.phase) {
			this.phase = next;
			if (next instanceof Leading leading) {
				logger.info("Became leader, resuming after {}", leading.term().cursor());
			}
			else {
				logger.debug("Holds the baton; reading what was published");
			}
			moved.accept(next);
		}
	}

	private BrokerUnavailableException ended(String reason, @Nullable ShutdownSignalException signal)
			throws BrokerRefusedException {
		ReplicaContext context = this.station.context();
		if (signal != null && this.phase instanceof Leading leading && leading.setsAside(signal)) {
			return new BrokerUnavailableException(
					"Gave up leadership: the broker refused a message (%s)".formatted(reason), signal);
		}
		BrokerRefusedException refusal = (signal != null) ? context.connector().refusal(this.station.exchange(), signal)
				: null;
		if (refusal != null) {
			throw refusal;
		}
		return new BrokerUnavailableException("Lost the connection to the broker: " + reason, signal);
	}

	/**
	 * Puts what the broker hands over into the mailbox.
	 */
	private final class Mailer implements Baton.Listener {

		@Override
		public void received(long deliveryTag, Token token) {
			Candidacy.this.mailbox.add(new Received(deliveryTag, token));
		}

		@Override
		public void cancelled() {
			Candidacy.this.mailbox.add(new Ended(
					"the broker cancelled the consumer of " + Candidacy.this.station.context().topology().leaderQueue(),
					null));
		}

	}

	/**
	 * What arrives in the mailbox.
	 */
	private sealed interface Event {

	}

	private record Received(long deliveryTag, Token token) implements Event {

	}

	private record JournalRead() implements Event {

	}

	private record Stop() implements Event {

	}

	private record Ended(String reason, @Nullable ShutdownSignalException signal) implements Event {

	}

}
