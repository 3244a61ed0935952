package dev.ticktock.discovery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;

import dev.ticktock.broker.BrokerLoop;
import dev.ticktock.broker.BrokerUnavailableException;
import dev.ticktock.broker.Topology;
import dev.ticktock.discovery.Registrar.Registrations;
import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.ScheduleRegistry;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.time.Hearts;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;

/**
 * Reads the bindings of the exchange every few seconds, on every replica, and keeps the
 * schedules that they register, and the holds, as long as they are there. While they
 * cannot be read, the last listing stays in force.
 */
public final class Discovery implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Discovery.class);

	private static final Duration STOP = Duration.ofSeconds(2);

	private static final Duration WAIT = Duration.ofMillis(100);

	private final Topology topology;

	private final DiscoveryProperties properties;

	private final BindingSource source;

	private final ScheduleRegistry registry;

	private final Registrar registrar;

	private final DiscoveryLog log;

	private final MeterProvider<Timer> readings;

	private final BooleanSupplier joined;

	private final Clock clock;

	private final Uptime uptime;

	private final BrokerLoop loop;

	private @Nullable Listing listing;

	private Registrations found = Registrations.NONE;

	private Instant foundAt = Instant.MIN;

	private volatile DiscoveryStatus status = DiscoveryStatus.UNKNOWN;

	/**
	 * Creates a reader of bindings.
	 * @param joined whether this replica is connected and has read the journal, if there
	 * is one
	 */
	Discovery(Topology topology, DiscoveryProperties properties, BindingSource source, ScheduleRegistry registry,
			Registrar registrar, BooleanSupplier joined, MeterRegistry meters, Clock clock, Uptime uptime,
			Hearts hearts) {
		this.topology = topology;
		this.properties = properties;
		this.source = source;
		this.registry = registry;
		this.registrar = registrar;
		this.joined = joined;
		this.log = new DiscoveryLog(topology.exchange(), properties, uptime);
		this.clock = clock;
		this.uptime = uptime;
		this.loop = new BrokerLoop("discovery", this::run, logger, "Cannot read the bindings: ", uptime,
				hearts.of("discovery"));
		this.readings = Timer.builder("ticktock.discovery.read")
			.description("Time to read the bindings of the exchange.")
			.withRegistry(meters);
		List.of("success", "failure").forEach((outcome) -> this.readings.withTag("outcome", outcome));
		gauge("discovery.schedules", "Schedules that workers have registered.", DiscoveryStatus::schedules)
			.register(meters);
		gauge("discovery.problems", "Bindings that ask for a schedule and do not get it.",
				DiscoveryStatus::problemCount)
			.register(meters);
		gauge("discovery.unmatched", "Bindings whose key belongs to no schedule, not even to a rejected one.",
				(now) -> now.audience().unmatchedCount())
			.register(meters);
		gauge("discovery.unheard", "Events without a listener.", (now) -> now.audience().unheardCount())
			.register(meters);
		gauge("discovery.unread", "1 while there are more bindings than are read, else 0.",
				(now) -> now.whole() ? 0 : 1)
			.register(meters);
		gauge("clock.offset", "How far this machine's clock is ahead of the broker's.", Discovery::offset)
			.baseUnit("seconds")
			.register(meters);
	}

	private Gauge.Builder<Discovery> gauge(String name, String description, ToDoubleFunction<DiscoveryStatus> value) {
		return Gauge.builder("ticktock." + name, this, (self) -> value.applyAsDouble(self.status))
			.description(description);
	}

	private static double offset(DiscoveryStatus status) {
		Duration offset = status.clockOffset();
		return (offset != null) ? offset.toMillis() / 1000.0 : Double.NaN;
	}

	/** The leader before may have known schedules that this replica does not. */
	@EventListener
	void roleChanged(LeadershipStatus status) {
		if (status.role() == Role.LEADER) {
			this.loop.wake();
		}
	}

	/** Returns the state of the bindings as they were last read. Never blocks. */
	public DiscoveryStatus status() {
		return this.status;
	}

	/** Returns how much workers may ask for, in words that differ where it does. */
	public String describeQuotas() {
		return "%d schedules, %d of a queue".formatted(this.properties.maxSchedules(),
				this.properties.maxSchedulesPerQueue());
	}

	@Override
	public void start() {
		this.loop.start();
	}

	private void run() {
		// Before, this replica does not lead, and does not know which schedules held.
		while (this.listing == null && !this.joined.getAsBoolean()) {
			if (!this.loop.pause(WAIT)) {
				return;
			}
		}
		Duration begun = this.uptime.now();
		String outcome = "failure";
		try {
			Listing read = this.source.bindings(this.topology.exchange());
			take(Objects.requireNonNull(read, "the management API has one"), begun);
			outcome = "success";
		}
		catch (BrokerUnavailableException ex) {
			failed(ex.getMessage(), null);
		}
		catch (RuntimeException ex) {
			failed("unexpected failure: " + ex, ex);
		}
		Duration took = this.uptime.since(begun);
		this.readings.withTag("outcome", outcome).record(took);
		// A broker that needs long to answer has as much time for others.
		Duration interval = this.properties.interval();
		this.loop.pause((took.compareTo(interval) > 0) ? took : interval);
	}

	private void take(Listing read, Duration askedAt) {
		Listing workers = read.without(this.topology::isOwn);
		Instant now = this.clock.instant();
		// A clock that was ahead has taken for over what is not.
		boolean same = this.listing != null && read.whole() == this.listing.whole()
				&& read.bindings().equals(this.listing.bindings()) && !this.found.undecided()
				&& now.isBefore(this.found.until()) && !now.isBefore(this.foundAt);
		if (!same) {
			this.foundAt = now;
			this.found = this.registrar.read(workers, this.found);
			this.listing = read;
		}
		Holds holds = read.holds(this.topology.hold());
		// What is not in a part of the bindings may be in the rest.
		this.registry.hold(read.whole() ? holds : holds.and(this.registry.current().holds()));
		this.registry.register(this.found.schedules(), read.whole() ? askedAt : Schedules.NEVER);
		Audience audience = same ? this.status.audience()
				: Audience.of(workers, this.registry.current().byEvent().keySet());
		this.status = new DiscoveryStatus(this.clock.instant(), null, read.whole(), this.found.schedules().size(),
				this.found.problems(), this.found.problemCount(), this.found.over(), this.found.overCount(), audience,
				read.clockOffset());
		this.log.read(read, this.found, audience, holds);
	}

	private void failed(String reason, @Nullable RuntimeException fault) {
		DiscoveryStatus before = this.status;
		this.status = before.failed(reason);
		if (!this.loop.isStopping()) {
			this.log.failed((before.read() != null)
					? "The %d schedules registered by workers stay in force".formatted(before.schedules())
					: "Schedules registered by workers are unknown", reason, fault);
		}
	}

	@Override
	public void stop() {
		this.loop.stop();
		this.loop.awaitEnd(STOP);
	}

	@Override
	public boolean isRunning() {
		return this.loop.isRunning();
	}

}
