package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.ticktock.leader.LeadershipStatus.JournalState;
import dev.ticktock.leader.LeadershipStatus.Role;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * This TickTock, as the broker sees it: connects, stands by, leads, and when the
 * connection is lost begins again, for as long as the application runs. One thread does
 * all of it.
 */
final class Replica implements Leadership, SmartLifecycle, Journal.Listener {

	private static final Logger logger = LoggerFactory.getLogger(Replica.class);

	/** How long the start of the application waits to hear whether the broker refuses. */
	private static final Duration FIRST_ATTEMPT = Duration.ofSeconds(5);

	private static final Duration STOP = Duration.ofSeconds(10);

	private final ReplicaContext context;

	private final JournalProperties journalProperties;

	private final Journal journal;

	private final ScheduleSource schedules;

	private final ApplicationEventPublisher events;

	private final Backoff backoff = new Backoff();

	private final Semaphore caughtUp = new Semaphore(0);

	private final CompletableFuture<@Nullable BrokerRefusedException> firstOutcome = new CompletableFuture<>();

	private volatile Standing standing;

	private volatile @Nullable Term term;

	private volatile @Nullable Candidacy candidacy;

	private volatile @Nullable Thread thread;

	private volatile boolean stopping;

	private volatile Cursor memory;

	private volatile Set<String> differences = Set.of();

	private boolean warnedOfNoJournal;

	/** What the broker refused last, as it was told; empty once it has let us in. */
	private String refusal = "";

	Replica(ReplicaContext context, JournalProperties journalProperties, ScheduleSource schedules,
			ApplicationEventPublisher events) {
		this.context = context;
		this.journalProperties = journalProperties;
		this.journal = new Journal(context.connector(), context.exchange(), journalProperties, context.ledger(), this);
		this.schedules = schedules;
		this.events = events;
		this.memory = Cursor.at(context.started());
		this.standing = new Standing(Role.DISCONNECTED, context.started(), null, null);
		context.leaderMeters().watch(() -> this.term != null);
	}

	@Override
	public @Nullable Term term() {
		return this.term;
	}

	@Override
	public LeadershipStatus status() {
		Standing now = this.standing;
		Candidacy current = this.candidacy;
		Cursor own = (current != null) ? current.cursor() : null;
		return new LeadershipStatus(this.context.name(), now.role(), now.since(), now.broker(),
				current == null || current.accepting(), this.journal.state(),
				(own != null) ? own : this.context.ledger().cursor(), now.trouble());
	}

	@Override
	public @Nullable String coveredAs(String event) {
		return this.context.ledger().definitionOf(event);
	}

	@Override
	public boolean isOwn(String queue) {
		return queue.equals(this.journal.queue()) || queue.equals(this.context.leaderQueue());
	}

	/**
	 * Connects in the background. Waits a moment for the outcome, because a refusal that
	 * waiting can not mend should end the start.
	 * @throws InvalidSettingException if the broker refuses
	 */
	@Override
	public void start() {
		this.stopping = false;
		Thread started = new Thread(this::run, "replica");
		started.setDaemon(true);
		this.thread = started;
		started.start();
		try {
			BrokerRefusedException refusal = this.firstOutcome.get(FIRST_ATTEMPT.toMillis(), TimeUnit.MILLISECONDS);
			if (refusal != null && !refusal.mendable()) {
				stop();
				throw refusal.setting();
			}
		}
		catch (TimeoutException ex) {
			logger.warn("Waiting for the broker at {}", this.context.connector().target());
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		while (!this.stopping) {
			try {
				takePart();
			}
			catch (BrokerRefusedException ex) {
				boolean endsTheStart = !this.firstOutcome.isDone() && !ex.mendable();
				standDown(ex.getMessage());
				if (!ex.getMessage().equals(this.refusal) && !endsTheStart) {
					logger.error("{} TickTock keeps retrying.", ex.getMessage());
				}
				this.refusal = ex.getMessage();
				this.firstOutcome.complete(ex);
			}
			catch (BrokerUnavailableException ex) {
				standDown(ex.getMessage());
				if (!this.stopping) {
					logger.warn("{}; retrying {}", ex.getMessage(), this.backoff.describe());
				}
				this.firstOutcome.complete(null);
			}
			catch (RuntimeException ex) {
				standDown(ex.toString());
				logger.error("Unexpected failure; reconnecting", ex);
				this.firstOutcome.complete(null);
			}
			catch (InterruptedException ex) {
				return;
			}
			this.backoff.pause();
		}
	}

	private void takePart() throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		try (BrokerConnection connection = this.context.connector().connect("leader")) {
			this.context.connector().declareExchange(connection, this.context.exchange());
			Journal used = journal(connection);
			declareLeaderQueue(connection);
			this.backoff.connected();
			stand(Role.STANDBY, connection.describe());
			this.refusal = "";
			this.firstOutcome.complete(null);
			if (used != null) {
				awaitJournal(connection);
			}
			if (this.stopping) {
				return;
			}
			Candidacy joined = new Candidacy(this.context, connection, used, this.memory);
			this.candidacy = joined;
			logger.info("Standing by for exchange \"{}\" of {} as {}", this.context.exchange(), connection.describe(),
					this.context.name());
			joined.run((begun) -> begin(begun, connection.describe()));
		}
		catch (IOException ex) {
			throw new BrokerUnavailableException("Lost the connection to the broker: " + BrokerConnection.reason(ex),
					ex);
		}
		finally {
			remember();
		}
	}

	private @Nullable Journal journal(BrokerConnection connection)
			throws BrokerUnavailableException, BrokerRefusedException {
		if (this.journalProperties.enabled() && this.journal.declare(connection)) {
			this.journal.start();
			return this.journal;
		}
		if (!this.warnedOfNoJournal) {
			this.warnedOfNoJournal = true;
			logger.warn("Running without a journal because {}; a new leader starts at the next slot",
					this.journalProperties.enabled() ? connection.describe() + " does not support streams"
							: "ticktock.journal.enabled is false");
		}
		return null;
	}

	private void declareLeaderQueue(BrokerConnection connection)
			throws BrokerUnavailableException, BrokerRefusedException {
		this.context.connector()
			.declareQueue(connection, "ticktock.leader.queue", this.context.leaderQueue(), Map.of("x-queue-type",
					this.context.properties().queueType().argument(), "x-single-active-consumer", true));
	}

	/**
	 * Who has not read the journal does not ask for the baton: another may have.
	 */
	private void awaitJournal(BrokerConnection connection) throws BrokerUnavailableException, InterruptedException {
		while (!this.stopping && !this.journal.hasCaughtUp()) {
			this.caughtUp.tryAcquire(1, TimeUnit.SECONDS);
			if (!connection.raw().isOpen()) {
				throw new BrokerUnavailableException("Lost the connection to the broker while reading the journal",
						null);
			}
		}
	}

	private void begin(@Nullable Term begun, String broker) {
		if (begun == null) {
			stand(Role.LEADER, broker);
		}
		else {
			logger.info("Publishing to exchange \"{}\" of {}", this.context.exchange(), broker);
			this.term = begun;
			this.events.publishEvent(new TermGranted(begun));
		}
	}

	private void remember() {
		this.term = null;
		Candidacy ended = this.candidacy;
		this.candidacy = null;
		Cursor reached = (ended != null) ? ended.cursor() : null;
		if (reached != null) {
			this.memory = this.memory.max(reached);
		}
	}

	private void stand(Role role, String broker) {
		this.standing = new Standing(role, this.context.clock().instant(), broker, null);
	}

	private void standDown(String trouble) {
		Standing before = this.standing;
		boolean same = before.role() == Role.DISCONNECTED;
		Instant since = same ? before.since() : this.context.clock().instant();
		this.standing = new Standing(Role.DISCONNECTED, since, null, trouble);
	}

	@Override
	public void caughtUp() {
		this.caughtUp.release();
		marked();
	}

	@Override
	public void marked() {
		Candidacy current = this.candidacy;
		if (current != null) {
			current.journalRead();
		}
	}

	/**
	 * Compares what the leader has written with what this replica would cover.
	 */
	@Override
	public void checkpoint() {
		if (this.term == null) {
			Set<String> now = this.context.ledger().differences(this.schedules.current());
			if (!now.isEmpty() && !now.equals(this.differences)) {
				logger.warn("The leader's schedules differ from this replica's: {}; the leader's schedules apply", now);
			}
			this.differences = now;
		}
	}

	/**
	 * Finishes the ticks that are being published, waits for their confirms and closes
	 * the connection: the next replica leads.
	 */
	@Override
	public void stop() {
		this.stopping = true;
		this.backoff.wake();
		this.caughtUp.release();
		Candidacy current = this.candidacy;
		if (current != null) {
			current.stop();
		}
		Thread running = this.thread;
		if (running != null) {
			try {
				running.join(STOP.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			this.thread = null;
			this.journal.stop();
			logger.info("Stopped");
		}
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

	private record Standing(Role role, Instant since, @Nullable String broker, @Nullable String trouble) {

	}

}
