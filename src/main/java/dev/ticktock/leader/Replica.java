package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.ticktock.broker.Backoff;
import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.journal.Journal;
import dev.ticktock.journal.JournalListener;
import dev.ticktock.journal.JournalState;
import dev.ticktock.publish.ChannelTerm;
import dev.ticktock.publish.Term;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.startup.InvalidSettingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * This TickTock, as the broker sees it: connects, stands by, leads, and when the
 * connection is lost begins again, for as long as the application runs. One thread does
 * all of it.
 */
final class Replica implements Leadership, SmartLifecycle, JournalListener {

	private static final Logger logger = LoggerFactory.getLogger(Replica.class);

	/** How long the start of the application waits to hear whether the broker refuses. */
	private static final Duration FIRST_ATTEMPT = Duration.ofSeconds(5);

	private static final Duration STOP = Duration.ofSeconds(10);

	private final ReplicaContext context;

	private final Journal journal;

	private final Comparison comparison;

	private final ApplicationEventPublisher events;

	private final Backoff backoff;

	private final Memory memory;

	private final Refusals refusals = new Refusals();

	private final Semaphore advanced = new Semaphore(0);

	private final CompletableFuture<@Nullable BrokerRefusedException> firstOutcome = new CompletableFuture<>();

	private volatile Place place;

	private volatile @Nullable Candidacy candidacy;

	private volatile @Nullable Thread thread;

	private volatile boolean stopping;

	private boolean warnedOfNoJournal;

	Replica(ReplicaContext context, Journal journal, ScheduleSource schedules, ApplicationEventPublisher events) {
		this.context = context;
		this.journal = journal;
		this.comparison = new Comparison(schedules);
		this.events = events;
		this.backoff = new Backoff(context.uptime());
		this.memory = new Memory(Cursor.at(context.started()), context.tolerance());
		this.place = Place.atTheStart(context.started());
		context.leaderMeters().watch(() -> term() != null);
	}

	@Override
	public @Nullable Term term() {
		return channelTerm();
	}

	private @Nullable ChannelTerm channelTerm() {
		Candidacy current = this.candidacy;
		return (current != null && current.phase() instanceof Leading leading) ? leading.term() : null;
	}

	@Override
	public LeadershipStatus status() {
		Place now = this.place;
		Candidacy current = this.candidacy;
		ChannelTerm term = channelTerm();
		return new LeadershipStatus(this.context.name(), now.role(), now.since(), now.broker(),
				current == null || current.accepting(), this.journal.state(),
				(term != null) ? term.cursor() : this.journal.ledger().cursor(), now.trouble());
	}

	/**
	 * Connects in the background. Waits a moment for the outcome, because a refusal that
	 * waiting cannot mend should end the start.
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
				this.refusals.refused(ex, endsTheStart);
				this.firstOutcome.complete(ex);
			}
			catch (BrokerUnavailableException ex) {
				this.refusals.over();
				standDown(ex.getMessage());
				if (!this.stopping) {
					logger.warn("{}; retrying {}", ex.getMessage(), this.backoff.describe());
				}
				this.firstOutcome.complete(null);
			}
			catch (RuntimeException | Error ex) {
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
			this.context.connector().declareExchange(connection, this.context.topology().exchange());
			Journal used = journal(connection);
			Baton.declare(connection, this.context);
			this.backoff.connected();
			stand(Role.STANDBY, connection.describe());
			this.refusals.admitted();
			this.firstOutcome.complete(null);
			if (used != null) {
				awaitJournal(connection);
			}
			if (this.stopping) {
				return;
			}
			Candidacy joined = Candidacy.on(connection, this.context, used, this.memory.cursor());
			this.candidacy = joined;
			if (this.stopping) {
				// Said while the candidacy was made, so that it has not heard it.
				joined.stop();
			}
			logger.atLevel(this.refusals.goOn() ? Level.DEBUG : Level.INFO)
				.log("Standing by for exchange \"{}\" of {} as {}", this.context.topology().exchange(),
						connection.describe(), this.context.name());
			joined.run((phase) -> moved(phase, connection.describe()));
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
		if (this.journal.isEnabled() && this.journal.declare(connection)) {
			this.journal.start(this);
			return this.journal;
		}
		if (!this.warnedOfNoJournal) {
			this.warnedOfNoJournal = true;
			logger.warn("Running without a journal because {}; a new leader starts at the next slot",
					this.journal.isEnabled() ? connection.describe() + " does not support streams"
							: "ticktock.journal.enabled is false");
		}
		return null;
	}

	/**
	 * A replica that has not read the journal does not ask for the baton: another may
	 * have.
	 */
	private void awaitJournal(BrokerConnection connection)
			throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		while (!this.stopping && (this.journal.state() != JournalState.ATTACHED || this.journal.ledger().isAhead())) {
			this.journal.throwRefusal();
			this.advanced.tryAcquire(100, TimeUnit.MILLISECONDS);
			if (!connection.raw().isOpen()) {
				throw new BrokerUnavailableException("Lost the connection to the broker while reading the journal",
						null);
			}
		}
	}

	private void moved(Phase phase, String broker) {
		stand(phase.role(), broker);
		if (phase instanceof Leading leading) {
			this.refusals.over();
			this.context.leaderMeters().begun();
			this.events.publishEvent(new TermGranted(leading.term()));
		}
	}

	private void remember() {
		ChannelTerm ended = channelTerm();
		this.candidacy = null;
		if (ended != null) {
			this.memory.remember(ended.done());
		}
	}

	private void stand(Role role, String broker) {
		this.place = Place.at(role, broker, this.context.clock().instant());
		this.events.publishEvent(new RoleChanged(role));
	}

	private void standDown(String trouble) {
		this.place = this.place.lost(trouble, this.context.clock().instant());
	}

	@Override
	public void advanced() {
		this.advanced.release();
		Candidacy current = this.candidacy;
		if (current != null) {
			current.journalRead();
		}
	}

	@Override
	public void checkpoint() {
		if (term() == null) {
			this.comparison.compare(this.journal.ledger());
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
		this.advanced.release();
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

}
