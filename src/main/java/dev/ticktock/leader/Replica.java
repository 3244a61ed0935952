package dev.ticktock.leader;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ticktock.leader.LeadershipStatus.Role;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * This TickTock, as the broker sees it: connects, leads, and when the connection is lost
 * begins again, for as long as the application runs. One thread does all of it.
 */
final class Replica implements Leadership, SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Replica.class);

	/** How long the start of the application waits to hear whether the broker refuses. */
	private static final Duration FIRST_ATTEMPT = Duration.ofSeconds(5);

	/** A tick that is unconfirmed for longer ends the term. */
	private static final Duration LIMIT = Duration.ofSeconds(15);

	private static final Duration WATCH = Duration.ofSeconds(1);

	private static final Duration LAST_CONFIRMS = Duration.ofSeconds(5);

	private final String name;

	private final String exchange;

	private final BrokerConnector connector;

	private final TickMeters meters;

	private final Clock clock;

	private final ApplicationEventPublisher events;

	private final Backoff backoff = new Backoff();

	private final BlockingQueue<String> endings = new LinkedBlockingQueue<>();

	private volatile LeadershipStatus status;

	private volatile @Nullable ChannelTerm term;

	private volatile @Nullable Thread thread;

	private volatile boolean stopping;

	private volatile Cursor cursor;

	Replica(String name, String exchange, BrokerConnector connector, TickMeters meters, Clock clock,
			ApplicationEventPublisher events) {
		this.name = name;
		this.exchange = exchange;
		this.connector = connector;
		this.meters = meters;
		this.clock = clock;
		this.events = events;
		this.cursor = Cursor.at(Instant.EPOCH);
		this.status = new LeadershipStatus(name, Role.DISCONNECTED, clock.instant(), null, null);
	}

	@Override
	public @Nullable Term term() {
		return this.term;
	}

	@Override
	public LeadershipStatus status() {
		return this.status;
	}

	/**
	 * Connects in the background. Waits a moment for the outcome, because a refusal that
	 * waiting can not mend should end the start.
	 * @throws InvalidSettingException if the broker refuses
	 */
	@Override
	public void start() {
		CompletableFuture<@Nullable BrokerRefusedException> outcome = new CompletableFuture<>();
		this.stopping = false;
		this.cursor = Cursor.at(this.clock.instant()).max(this.cursor);
		Thread started = new Thread(() -> run(outcome), "replica");
		started.setDaemon(true);
		this.thread = started;
		started.start();
		try {
			BrokerRefusedException refusal = outcome.get(FIRST_ATTEMPT.toMillis(), TimeUnit.MILLISECONDS);
			if (refusal != null && !refusal.mendable()) {
				stop();
				throw refusal.setting();
			}
		}
		catch (TimeoutException ex) {
			logger.warn("Waiting for the broker at {}", this.connector.target());
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run(CompletableFuture<@Nullable BrokerRefusedException> firstOutcome) {
		String refusal = "";
		while (!this.stopping) {
			try {
				lead(firstOutcome);
				refusal = "";
			}
			catch (BrokerRefusedException ex) {
				boolean first = !firstOutcome.isDone();
				firstOutcome.complete(ex);
				standDown(ex.getMessage());
				if (!ex.getMessage().equals(refusal) && !(first && !ex.mendable())) {
					logger.error("{} TickTock tries again until then.", ex.getMessage());
				}
				refusal = ex.getMessage();
			}
			catch (BrokerUnavailableException ex) {
				firstOutcome.complete(null);
				standDown(ex.getMessage());
				if (!this.stopping) {
					logger.warn("{}; next attempt {}", ex.getMessage(), this.backoff.describe());
				}
			}
			catch (RuntimeException ex) {
				firstOutcome.complete(null);
				standDown(ex.toString());
				logger.error("Unexpected failure; TickTock connects anew", ex);
			}
			catch (InterruptedException ex) {
				return;
			}
			this.backoff.pause();
		}
	}

	private void lead(CompletableFuture<@Nullable BrokerRefusedException> firstOutcome)
			throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		try (BrokerConnection connection = this.connector.connect("leader")) {
			this.connector.declareExchange(connection, this.exchange);
			this.endings.clear();
			Channel channel = connection.channel();
			channel.addShutdownListener((signal) -> this.endings.add(BrokerConnection.reason(signal)));
			ChannelTerm granted = new ChannelTerm(channel, this.exchange,
					new TickMessage(this.clock, this.name, connection.expiration()), this.cursor,
					(done) -> this.cursor = done, this.meters, this.clock);
			granted.begin();
			this.backoff.connected();
			logger.info("Publishing to exchange \"{}\" of {}", this.exchange, connection.describe());
			this.status = new LeadershipStatus(this.name, Role.LEADER, this.clock.instant(), connection.describe(),
					null);
			this.term = granted;
			firstOutcome.complete(null);
			this.events.publishEvent(new TermGranted(granted));
			String ending = watch(granted);
			if (!this.stopping) {
				refusedToPublish(channel);
				throw new BrokerUnavailableException("lost the broker: " + ending, null);
			}
			granted.end(LAST_CONFIRMS);
		}
		catch (IOException ex) {
			throw new BrokerUnavailableException("lost the broker: " + BrokerConnection.reason(ex), ex);
		}
		finally {
			this.term = null;
		}
	}

	private String watch(ChannelTerm term) throws InterruptedException {
		String ending = null;
		while (ending == null) {
			ending = this.endings.poll(WATCH.toMillis(), TimeUnit.MILLISECONDS);
			if (ending == null && term.oldestUnconfirmed().compareTo(LIMIT) > 0) {
				ending = "a tick has been unconfirmed for more than " + LIMIT.toSeconds() + " s";
			}
		}
		return ending;
	}

	private void refusedToPublish(Channel channel) throws BrokerRefusedException {
		ShutdownSignalException signal = channel.getCloseReason();
		if (signal != null && BrokerConnection.replyCode(signal) == AMQP.ACCESS_REFUSED) {
			throw this.connector.refusedAccess(this.exchange, BrokerConnection.reason(signal), signal);
		}
	}

	private void standDown(String trouble) {
		LeadershipStatus before = this.status;
		boolean same = before.role() == Role.DISCONNECTED;
		this.status = new LeadershipStatus(this.name, Role.DISCONNECTED, same ? before.since() : this.clock.instant(),
				null, trouble);
	}

	/**
	 * Finishes the ticks that are being published, waits for their confirms and closes
	 * the connection.
	 */
	@Override
	public void stop() {
		this.stopping = true;
		this.endings.add("the application stops");
		this.backoff.wake();
		Thread running = this.thread;
		if (running != null) {
			try {
				running.join(LAST_CONFIRMS.multipliedBy(2).toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			this.thread = null;
			logger.info("Stopped");
		}
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

}
