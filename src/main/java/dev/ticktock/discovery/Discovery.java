package dev.ticktock.discovery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.ticktock.discovery.Audience.Unmatched;
import dev.ticktock.discovery.Registrar.Registrations;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.schedule.ScheduleRegistry;
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

	/** How many names or lines a mass of changes may write into the log. */
	private static final int LOGGED_AT_MOST = 10;

	/**
	 * Who has been refused asks less often: every time may be a line of the broker's log.
	 */
	private static final Duration REFUSED = Duration.ofSeconds(30);

	private static final Duration STOP = Duration.ofSeconds(2);

	private final String exchange;

	private final Duration interval;

	private final Supplier<BindingSource> source;

	private final ScheduleRegistry registry;

	private final Registrar registrar;

	private final Predicate<String> own;

	private final DiscoveryMeters meters;

	private final Clock clock;

	private final Uptime uptime;

	private final Semaphore wake = new Semaphore(0);

	private volatile DiscoveryStatus status = new DiscoveryStatus(null, null, 0, List.of(), Audience.UNKNOWN);

	private volatile @Nullable Thread thread;

	private volatile boolean stopping;

	private Set<String> registered = Set.of();

	private Set<Problem> toldProblems = Set.of();

	private Set<String> toldKeys = Set.of();

	/**
	 * Creates the discovery; it begins with the application.
	 * @param source where the bindings are read, asked for each time
	 * @param own says which queues are TickTock's own
	 */
	Discovery(String exchange, Duration interval, Supplier<BindingSource> source, ScheduleRegistry registry,
			Registrar registrar, Predicate<String> own, MeterRegistry meters, Clock clock, Uptime uptime) {
		this.exchange = exchange;
		this.interval = interval;
		this.source = source;
		this.registry = registry;
		this.registrar = registrar;
		this.own = own;
		this.meters = new DiscoveryMeters(meters, this::status);
		this.clock = clock;
		this.uptime = uptime;
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

	@Override
	public void start() {
		this.stopping = false;
		Thread started = new Thread(this::run, "discovery");
		started.setDaemon(true);
		this.thread = started;
		started.start();
	}

	private void run() {
		try {
			while (!this.stopping) {
				Duration pause = readOnce() ? this.interval : refused(this.interval);
				this.wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
				this.wake.drainPermits();
			}
		}
		catch (InterruptedException ex) {
			// Stopped while it read.
			return;
		}
	}

	private static Duration refused(Duration interval) {
		return (interval.compareTo(REFUSED) > 0) ? interval : REFUSED;
	}

	/**
	 * Reads the bindings.
	 * @return whether it makes sense to try again soon
	 */
	private boolean readOnce() throws InterruptedException {
		long begun = System.nanoTime();
		try {
			Duration askedAt = this.uptime.now();
			List<Binding> bindings = this.source.get().bindings(this.exchange);
			take(bindings, askedAt);
			this.meters.took(Duration.ofNanos(System.nanoTime() - begun), true);
			return true;
		}
		catch (BindingsUnavailableException ex) {
			failed(begun, ex.getMessage(), null);
			return !ex.refused();
		}
		catch (RuntimeException | Error ex) {
			failed(begun, ex.toString(), ex);
			return true;
		}
	}

	private void take(List<Binding> bindings, Duration askedAt) {
		Registrations found = this.registrar.read(bindings);
		this.registry.register(found.schedules(), askedAt);
		Set<String> asked = found.problems().stream().map(Problem::event).collect(Collectors.toSet());
		Audience audience = Audience.of(this.registry.current().byEvent().keySet(), bindings, this.own);
		String trouble = this.status.trouble();
		this.status = new DiscoveryStatus(this.clock.instant(), null, found.schedules().size(), found.problems(),
				audience);
		if (trouble != null) {
			logger.info("The bindings of exchange \"{}\" can be read again", this.exchange);
		}
		tellSchedules(found.schedules());
		tellProblems(found.problems());
		tellUnmatched(audience.unmatched(), asked);
	}

	private void failed(long begun, String trouble, @Nullable Throwable fault) {
		this.meters.took(Duration.ofNanos(System.nanoTime() - begun), false);
		DiscoveryStatus before = this.status;
		this.status = new DiscoveryStatus(before.read(), trouble, before.schedules(), before.problems(),
				before.audience());
		if (!trouble.equals(before.trouble()) && !this.stopping) {
			String consequence = (before.read() != null)
					? "The %d schedules registered by workers stay in force".formatted(before.schedules())
					: "Schedules registered by workers are unknown";
			if (fault != null) {
				logger.error("Unexpected failure; reading the bindings again in {}. {}", this.interval, consequence,
						fault);
			}
			else {
				logger.warn("{} until the bindings of exchange \"{}\" can be read: {}", consequence, this.exchange,
						trouble);
			}
		}
	}

	private void tellSchedules(Collection<Schedule> schedules) {
		Set<String> now = new TreeSet<>();
		schedules
			.forEach((schedule) -> now.add("%s at \"%s\"".formatted(schedule.event(), printable(schedule.line()))));
		Set<String> come = new TreeSet<>(now);
		come.removeAll(this.registered);
		Set<String> gone = new TreeSet<>(this.registered);
		gone.removeAll(now);
		if (!come.isEmpty()) {
			logger.info("Workers have registered {}", abbreviated(come));
		}
		if (!gone.isEmpty()) {
			logger.info("No longer registered by any binding: {}", abbreviated(gone));
		}
		this.registered = now;
	}

	/** What a worker has written must not write lines of its own into the log. */
	private static String printable(String text) {
		return ScheduleFormatException.abbreviated(text);
	}

	private static String abbreviated(Set<String> names) {
		String first = names.stream().limit(LOGGED_AT_MOST).collect(Collectors.joining(", "));
		int more = names.size() - LOGGED_AT_MOST;
		return (more > 0) ? "%s and %d more".formatted(first, more) : first;
	}

	private void tellProblems(List<Problem> problems) {
		List<Problem> untold = problems.stream().filter((each) -> !this.toldProblems.contains(each)).toList();
		untold.stream()
			.limit(LOGGED_AT_MOST)
			.forEach((each) -> logger.warn("The binding of \"{}\" to \"{}\" registers nothing: {}",
					printable(each.destination()), printable(each.event()), each.reason()));
		if (untold.size() > LOGGED_AT_MOST) {
			logger.warn("{} more bindings register nothing", untold.size() - LOGGED_AT_MOST);
		}
		this.toldProblems = new HashSet<>(problems);
	}

	/** What is wrong with a binding that asked for a schedule has been told already. */
	private void tellUnmatched(List<Unmatched> unmatched, Set<String> asked) {
		List<Unmatched> untold = unmatched.stream()
			.filter((each) -> !asked.contains(each.key()) && !this.toldKeys.contains(each.key()))
			.toList();
		untold.stream()
			.limit(LOGGED_AT_MOST)
			.forEach((each) -> logger.warn("\"{}\" is bound to \"{}\", which no schedule publishes{}",
					printable(each.destination()), printable(each.key()),
					(each.nearest() != null) ? ". Did you mean \"%s\"?".formatted(each.nearest()) : ""));
		if (untold.size() > LOGGED_AT_MOST) {
			logger.warn("{} more bindings have a key that no schedule publishes", untold.size() - LOGGED_AT_MOST);
		}
		this.toldKeys = unmatched.stream().map(Unmatched::key).collect(Collectors.toSet());
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

}
