package dev.ticktock.discovery;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.schedule.ScheduleRegistry;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.time.Heart;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Reads the bindings of the exchange every few seconds, on every replica, and keeps the
 * schedules that they register as long as they are there. While they cannot be read, what
 * is known stays.
 */
public final class Discovery implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Discovery.class);

	/**
	 * A replica that was refused asks less often: each time may be a line of the broker's
	 * log.
	 */
	private static final Duration REFUSED = Duration.ofSeconds(30);

	private static final Duration STOP = Duration.ofSeconds(2);

	private final String exchange;

	private final Duration interval;

	private final Quotas quotas;

	private final Supplier<BindingSource> source;

	private final ScheduleRegistry registry;

	private final Registrar registrar;

	private final Survey survey;

	private final Predicate<String> own;

	private final DiscoveryLog log;

	private final DiscoveryMeters meters;

	private final Clock clock;

	private final Uptime uptime;

	private final Heart heart;

	private final Semaphore wake = new Semaphore(0);

	/** The severity of the worst failure that was logged in the current outage. */
	private Severity logged = Severity.NONE;

	private Destinations destinations = Destinations.UNKNOWN;

	private volatile DiscoveryStatus status = DiscoveryStatus.UNKNOWN;

	private volatile @Nullable Thread thread;

	private volatile boolean stopping;

	/**
	 * Creates the discovery; it begins with the application.
	 * @param source where the bindings are read, asked for each time
	 * @param own whether a queue is TickTock's own, which does not count
	 */
	Discovery(String exchange, DiscoveryProperties properties, Supplier<BindingSource> source,
			ScheduleRegistry registry, Registrar registrar, Survey survey, Predicate<String> own, MeterRegistry meters,
			Clock clock, Uptime uptime, Hearts hearts) {
		this.exchange = exchange;
		this.interval = properties.interval();
		this.quotas = properties.quotas();
		this.source = source;
		this.registry = registry;
		this.registrar = registrar;
		this.survey = survey;
		this.own = own;
		this.log = new DiscoveryLog(exchange, properties, System::nanoTime);
		this.meters = new DiscoveryMeters(meters, this::status);
		this.clock = clock;
		this.uptime = uptime;
		this.heart = hearts.of("discovery");
		registry.expectRegistrations();
	}

	/** Reads the bindings soon. Never blocks. */
	void wake() {
		this.wake.release();
	}

	/** Returns what is known of the workers. Never blocks. */
	public DiscoveryStatus status() {
		return this.status;
	}

	/** Returns how much workers may ask for, in words that differ where it does. */
	public String describeQuotas() {
		return this.quotas.toString();
	}

	@Override
	public void start() {
		this.stopping = false;
		Thread started = new Thread(this::run, "discovery");
		started.setDaemon(true);
		this.thread = started;
		started.start();
	}

	private void run() {
		while (!this.stopping) {
			readAndWait();
		}
		this.heart.stop();
	}

	private void readAndWait() {
		try {
			Duration pause = pauseAfter();
			this.heart.beat(pause);
			this.wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
			this.wake.drainPermits();
		}
		catch (InterruptedException ex) {
			// Stopped; or else there is no reason not to go on.
			return;
		}
		catch (RuntimeException | Error ex) {
			failed(System.nanoTime(), ex, Severity.FAULT);
		}
	}

	/**
	 * Reads the bindings.
	 * @return how long to wait then: a broker that needs long to answer has as much time
	 * for others
	 */
	private Duration pauseAfter() throws InterruptedException {
		long begun = System.nanoTime();
		boolean refused = readOnce();
		Duration took = Duration.ofNanos(System.nanoTime() - begun);
		return longer(refused ? longer(this.interval, REFUSED) : this.interval, took);
	}

	private static Duration longer(Duration one, Duration other) {
		return (one.compareTo(other) > 0) ? one : other;
	}

	/**
	 * Reads the bindings, and fails in no other way than being interrupted.
	 * @return whether the broker refused, so that it makes no sense to try again soon
	 */
	private boolean readOnce() throws InterruptedException {
		long begun = System.nanoTime();
		try {
			Duration askedAt = this.uptime.now();
			// The broker takes as long as it does.
			this.heart.rest();
			Listing listing = this.source.get().bindings(this.exchange);
			this.heart.beat(Duration.ZERO);
			take(listing, askedAt);
			this.meters.took(Duration.ofNanos(System.nanoTime() - begun), true);
			return false;
		}
		catch (BindingsUnavailableException ex) {
			failed(begun, ex, ex.refused() ? Severity.REFUSED : Severity.AWAY);
			return ex.refused();
		}
		catch (RuntimeException | Error ex) {
			failed(begun, ex, Severity.FAULT);
			return false;
		}
	}

	private void take(Listing listing, Duration askedAt) {
		this.destinations = Destinations.of(listing, this.own, this.destinations);
		Registrations found = this.registrar.read(listing);
		// A schedule that is not in a part of the bindings may be in the rest.
		this.registry.register(found.schedules(), listing.everyRequest() ? askedAt : Schedules.NEVER);
		Audience audience = this.survey.take(this.registry.current(), listing.bindings(), this.destinations);
		String trouble = this.status.trouble();
		ClockReading clocks = listing.clocks();
		this.status = new DiscoveryStatus(this.clock.instant(), null, listing.whole(), found.schedules().size(),
				found.problems(), found.problemCount(), audience, (clocks != null) ? clocks.offset() : null);
		this.logged = Severity.NONE;
		if (trouble != null) {
			logger.info("The bindings of exchange \"{}\" can be read again", this.exchange);
		}
		this.log.tellClocks(clocks);
		this.log.tellBounds(listing);
		this.log.tellSchedules(found.schedules());
		this.log.tellProblems(found.problems(), found.problemCount());
		this.log.tellUnmatched(audience);
	}

	/** Must not fail, whatever has happened: with it the thread would end. */
	private void failed(long begun, Throwable failure, Severity severity) {
		try {
			String trouble = (severity == Severity.FAULT) ? ScheduleFormatException.abbreviated(String.valueOf(failure))
					: String.valueOf(failure.getMessage());
			DiscoveryStatus before = this.status;
			this.status = before.failed(trouble);
			this.meters.took(Duration.ofNanos(System.nanoTime() - begun), false);
			// One line for an outage, even if its reason changes.
			if (severity.compareTo(this.logged) > 0 && !this.stopping) {
				this.logged = severity;
				tell(before, trouble, (severity == Severity.FAULT) ? failure : null);
			}
		}
		catch (RuntimeException | Error ex) {
			// It could not be told. The next reading may.
			return;
		}
	}

	private void tell(DiscoveryStatus before, String trouble, @Nullable Throwable fault) {
		String consequence = (before.read() != null)
				? "The %d schedules registered by workers stay in force".formatted(before.schedules())
				: "Schedules registered by workers are unknown";
		if (fault != null) {
			logger.error("Unexpected failure; reading the bindings again in {}. {}", this.interval, consequence, fault);
		}
		else {
			logger.warn("{} until the bindings of exchange \"{}\" can be read: {}", consequence, this.exchange,
					trouble);
		}
	}

	@Override
	public void stop() {
		this.stopping = true;
		Thread running = this.thread;
		if (running != null) {
			running.interrupt();
			try {
				running.join(STOP.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			this.thread = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

	/**
	 * The severity of a failure to read the bindings.
	 */
	private enum Severity {

		/** There is no failure. */
		NONE,

		/** It can pass by itself. */
		AWAY,

		/** A person has to remove the reason. */
		REFUSED,

		/** It is a fault of TickTock. */
		FAULT

	}

}
