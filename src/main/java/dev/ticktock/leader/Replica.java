package dev.ticktock.leader;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.ticktock.broker.BrokerConnection;
import dev.ticktock.broker.BrokerConnector;
import dev.ticktock.broker.BrokerLoop;
import dev.ticktock.broker.BrokerRefusedException;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.LeaderProperties;
import dev.ticktock.broker.Topology;
import dev.ticktock.journal.Journal;
import dev.ticktock.journal.JournalState;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.startup.InvalidSettingException;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
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
final class Replica implements Leadership, SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Replica.class);

	private static final Duration STOP = Duration.ofSeconds(10);

	/** How long the start waits for the first attempt. */
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	/** Nothing stays in the queue of holds: its bindings matter. */
	private static final Map<String, Object> HOLD = Map.of("x-queue-type", "classic", "x-max-length", 0, "x-overflow",
			"drop-head");

	private final BrokerConnector connector;

	private final Topology topology;

	private final LeaderProperties properties;

	private final Terms terms;

	private final Journal journal;

	private final ScheduleSource schedules;

	private final ApplicationEventPublisher events;

	private final BrokerLoop loop;

	/** A broker can refuse what comes next, each time. */
	private final Throttle lines;

	private final CountDownLatch firstAttempt = new CountDownLatch(1);

	/** A refusal that ends the start. */
	private volatile @Nullable BrokerRefusedException refusal;

	private boolean warnedOfNoJournal;

	/** The differences between the leader's schedules and this replica's. */
	private Set<String> differences = Set.of();

	private volatile Place place;

	private volatile @Nullable Candidacy candidacy;

	Replica(BrokerConnector connector, Topology topology, LeaderProperties properties, Terms terms, Journal journal,
			ScheduleSource schedules, ApplicationEventPublisher events, Uptime uptime, Hearts hearts) {
		this.connector = connector;
		this.topology = topology;
		this.properties = properties;
		this.terms = terms;
		this.journal = journal;
		this.schedules = schedules;
		this.events = events;
		this.lines = new Throttle(uptime);
		this.loop = new BrokerLoop("replica", this::takePart, logger, "", uptime, hearts.of("replica"));
		this.place = new Place(Role.DISCONNECTED, terms.now(), null, null);
	}

	@Override
	public @Nullable Term term() {
		Leading leading = leading();
		return (leading != null) ? leading.term() : null;
	}

	private @Nullable Leading leading() {
		Candidacy current = this.candidacy;
		return (current != null) ? current.leading() : null;
	}

	@Override
	public LeadershipStatus status() {
		Place now = this.place;
		Candidacy current = this.candidacy;
		Leading leading = leading();
		return new LeadershipStatus(this.connector.replica(), now.role(), now.since(), now.broker(),
				current == null || current.channel().accepting(),
				(leading != null && leading.isUnrecorded()) ? JournalState.INCOMPLETE : this.journal.state(),
				(leading != null) ? leading.term().cursor() : this.journal.ledger().cursor(), now.trouble());
	}

	/**
	 * Connects in the background. Waits a moment for the outcome, because a refusal that
	 * waiting cannot mend should end the start.
	 * @throws InvalidSettingException if the broker refuses
	 */
	@Override
	public void start() {
		this.loop.start();
		try {
			if (!this.firstAttempt.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
				this.firstAttempt.countDown();
				logger.warn("Waiting for the broker at {}", this.connector.target());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		BrokerRefusedException refused = this.refusal;
		if (refused != null) {
			stop();
			throw refused.setting();
		}
	}

	private void takePart()
			throws BrokerUnavailableException, BrokerRefusedException, IOException, InterruptedException {
		try (BrokerConnection connection = this.connector.connect("leader")) {
			Journal used = openJournal(connection);
			Baton.declare(this.connector, connection, this.topology.leaderQueue(), this.properties.queueType());
			this.connector.requestQueue(connection, this.topology.hold(), HOLD);
			this.loop.connected();
			takePart(connection, used);
		}
		catch (Exception ex) {
			failed(ex);
			throw ex;
		}
		finally {
			this.candidacy = null;
		}
	}

	/**
	 * Makes sure that the exchange exists, and begins to read the journal unless that has
	 * begun already. If reading has begun, the stream is not declared here, because a
	 * cluster with a silent node can hang on that; the reader declares it if it is
	 * missing.
	 * @return the journal; {@code null} if there is none
	 */
	private @Nullable Journal openJournal(BrokerConnection connection)
			throws BrokerUnavailableException, BrokerRefusedException {
		boolean known = this.journal.isStarted() && this.connector.hasExchange(connection, this.topology.out());
		this.connector.declareExchange(connection, this.topology.exchange());
		if (this.journal.isEnabled() && (known || this.journal.declare(connection))) {
			this.journal.start(this::journalRead, this::isPublishing);
			return this.journal;
		}
		if (!this.warnedOfNoJournal) {
			this.warnedOfNoJournal = true;
			logger.warn("Running without a journal because {}; a new leader starts at the next slot",
					this.journal.isEnabled() ? connection.describe() + " does not support streams"
							: "ticktock.journal.enabled is false");
		}
		this.journal.readOutcomes();
		return null;
	}

	private void takePart(BrokerConnection connection, @Nullable Journal used)
			throws IOException, BrokerUnavailableException, BrokerRefusedException, InterruptedException {
		String broker = connection.describe();
		stand(Role.STANDBY, broker);
		this.firstAttempt.countDown();
		Candidacy joining = this.terms.candidacy(connection.channel(), connection.dialect(), used);
		this.candidacy = joining;
		if (this.loop.isStopping()) {
			// Said while the candidacy was made, so that it has not heard it.
			joining.stop();
		}
		joining.run(this.connector.consumerTag(), (role) -> {
			Leading leading = joining.leading();
			if (role == Role.STANDBY) {
				this.lines.take((before) -> logger.info("Standing by for exchange \"{}\" of {} as {}",
						this.topology.exchange(), broker, this.connector.replica()));
				return;
			}
			if (leading != null) {
				this.loop.works();
				logger.info("Became leader, resuming after {}", leading.term().cursor());
			}
			stand(role, broker);
		});
	}

	private void stand(Role role, String broker) {
		this.place = new Place(role, this.terms.now(), broker, null);
		this.events.publishEvent(status());
	}

	private void failed(Exception failure) {
		Place before = this.place;
		Instant since = (before.role() == Role.DISCONNECTED) ? before.since() : this.terms.now();
		this.place = new Place(Role.DISCONNECTED, since, null, BrokerLoop.reason(failure));
		if (failure instanceof BrokerRefusedException refused && !refused.mendable()
				&& this.firstAttempt.getCount() > 0) {
			this.refusal = refused;
			this.loop.stop();
		}
		this.firstAttempt.countDown();
	}

	private boolean isPublishing() {
		Candidacy current = this.candidacy;
		return current != null && current.channel().unconfirmed() > 0;
	}

	private void journalRead(JournalRecord record) {
		Candidacy current = this.candidacy;
		if (record instanceof JournalRecord.Marker && current != null) {
			current.journalRead();
		}
		if (record instanceof JournalRecord.CheckpointRecord && term() == null) {
			compare();
		}
	}

	private void compare() {
		Set<String> latest = this.journal.ledger().differences(this.schedules.current());
		if (!latest.isEmpty() && !latest.equals(this.differences)) {
			logger.warn("The leader's schedules differ from this replica's: {}; the leader's schedules apply", latest);
		}
		this.differences = latest;
	}

	/**
	 * Finishes the ticks that are being published, waits for their confirms and closes
	 * the connection: the next replica leads.
	 */
	@Override
	public void stop() {
		this.loop.stop();
		Candidacy current = this.candidacy;
		if (current != null) {
			current.stop();
		}
		if (this.loop.isRunning()) {
			this.loop.awaitEnd(STOP);
			this.journal.stop();
			logger.info("Stopped");
		}
	}

	@Override
	public boolean isRunning() {
		return this.loop.isRunning();
	}

	private record Place(Role role, Instant since, @Nullable String broker, @Nullable String trouble) {

	}

}
