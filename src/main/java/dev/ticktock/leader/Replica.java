package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

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
import dev.ticktock.time.Heart;
import dev.ticktock.time.Hearts;
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

	private static final Duration STOP = Duration.ofSeconds(10);

	private final ReplicaContext context;

	private final Journal journal;

	private final Comparison comparison;

	private final ApplicationEventPublisher events;

	private final Backoff backoff;

	private final Memory memory;

	private final Heart heart;

	private final Refusals refusals = new Refusals();

	private final Outage outage;

	private final JournalGate gate;

	private final FirstAttempt firstAttempt = new FirstAttempt();

	/** Whether a message in the leader queue has ended the last connection. */
	private boolean unreadable;

	private volatile Place place;

	private volatile @Nullable Candidacy candidacy;

	/** Until when the broker has held up whoever published in earlier candidacies. */
	private volatile Duration heldUpBefore = Duration.ZERO;

	private volatile @Nullable Thread thread;

	private volatile boolean stopping;

	Replica(ReplicaContext context, Journal journal, ScheduleSource schedules, ApplicationEventPublisher events,
			Hearts hearts) {
		this.context = context;
		this.journal = journal;
		this.comparison = new Comparison(schedules);
		this.events = events;
		this.backoff = new Backoff(context.uptime());
		this.outage = new Outage(context.uptime());
		this.memory = new Memory(Cursor.at(context.started()), context.tolerance());
		this.place = Place.atTheStart(context.started());
		this.heart = hearts.of("replica", this::heldUpUntil);
		this.gate = new JournalGate(journal, this.heart);
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
				current == null || current.accepting(),
				(current != null && current.phase() instanceof Leading leading && leading.isUnrecorded())
						? JournalState.INCOMPLETE : this.journal.state(),
				(term != null) ? term.cursor() : this.journal.ledger().cursor(), now.trouble());
	}

	@Override
	public Duration heldUpUntil() {
		Candidacy current = this.candidacy;
		return (current != null) ? current.heldUpUntil() : this.heldUpBefore;
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
		InvalidSettingException refused = this.firstAttempt.await(this.context.connector().target());
		if (refused != null) {
			stop();
			throw refused;
		}
	}

	private void run() {
		while (!this.stopping) {
			try {
				takePartOnce();
			}
			catch (RuntimeException | Error ex) {
				failed(ex);
			}
			this.backoff.pause();
		}
		this.heart.stop();
	}

	private void takePartOnce() {
		try {
			takePart();
		}
		catch (BrokerRefusedException ex) {
			this.outage.over();
			standDown(ex.getMessage());
			this.refusals.refused(ex, this.firstAttempt.refused(ex));
		}
		catch (BrokerUnavailableException ex) {
			this.refusals.over();
			standDown(ex.getMessage());
			this.unreadable = BrokerConnection.isUnreadable(ex);
			if (!this.stopping) {
				this.outage.failed(ex.getMessage(), this.backoff.describe());
			}
			this.firstAttempt.over();
		}
		catch (InterruptedException ex) {
			standDown("interrupted");
		}
	}

	/** Must not fail, whatever has happened: with it the thread would end. */
	private void failed(Throwable fault) {
		try {
			standDown(fault.toString());
			logger.error("Unexpected failure; reconnecting", fault);
			this.firstAttempt.over();
		}
		catch (RuntimeException | Error ex) {
			// It could not be told. The next attempt may.
			return;
		}
	}

	private void takePart() throws BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		this.heart.rest();
		try (BrokerConnection connection = this.context.connector().connect("leader")) {
			Journal used = this.gate.open(connection, this.context.connector(), this.context.topology(), this);
			Baton.declare(connection, this.context);
			dropUnreadable(connection);
			this.backoff.connected();
			stand(Role.STANDBY, connection.describe());
			this.refusals.admitted();
			this.outage.over();
			this.firstAttempt.over();
			if (used != null) {
				this.gate.await(connection, () -> this.stopping);
			}
			if (this.stopping) {
				return;
			}
			Candidacy joined = Candidacy.on(connection, this.context, used, this.memory.cursor(), this.heart);
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

	/** It would end the connection of each replica that is granted the baton. */
	private void dropUnreadable(BrokerConnection connection) throws IOException, BrokerUnavailableException {
		if (this.unreadable) {
			String queue = this.context.topology().leaderQueue();
			logger.error("A message in \"{}\" cannot be read; dropping all that waits there", queue);
			Baton.drop(connection, queue);
			this.unreadable = false;
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
		this.heldUpBefore = heldUpUntil();
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
		this.gate.advanced();
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
		this.gate.advanced();
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
