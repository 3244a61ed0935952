package dev.ticktock.discovery;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * How many schedules workers have registered, what is wrong with others, and what it
 * costs to ask.
 */
final class DiscoveryMeters {

	private final Timer read;

	private final Timer failed;

	DiscoveryMeters(MeterRegistry registry, Supplier<DiscoveryStatus> status) {
		this.read = timer(registry, "success");
		this.failed = timer(registry, "failure");
		gauge(registry, status, "schedules", "Schedules that workers have registered.", DiscoveryStatus::schedules);
		gauge(registry, status, "problems", "Bindings that ask for a schedule and do not get it.",
				DiscoveryStatus::problemCount);
		gauge(registry, status, "unmatched", "Bindings whose key belongs to no schedule, not even to a refused one.",
				(now) -> now.audience().unmatchedCount());
		gauge(registry, status, "unheard", "Events that nobody listens to.", (now) -> now.audience().unheardCount());
		gauge(registry, status, "unread", "1 while there are more bindings than are read, else 0.",
				(now) -> now.whole() ? 0 : 1);
		Gauge.builder("ticktock.clock.offset", () -> seconds(status.get().clockOffset()))
			.description("How far this machine's clock is ahead of the broker's.")
			.baseUnit("seconds")
			.strongReference(true)
			.register(registry);
	}

	private static double seconds(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() / 1000.0 : Double.NaN;
	}

	private static Timer timer(MeterRegistry registry, String outcome) {
		return Timer.builder("ticktock.discovery.read")
			.description("Time to read the bindings of the exchange.")
			.tag("outcome", outcome)
			.register(registry);
	}

	private static void gauge(MeterRegistry registry, Supplier<DiscoveryStatus> status, String name, String description,
			ToIntFunction<DiscoveryStatus> value) {
		Gauge.builder("ticktock.discovery." + name, () -> value.applyAsInt(status.get()))
			.description(description)
			.strongReference(true)
			.register(registry);
	}

	void took(Duration time, boolean success) {
		(success ? this.read : this.failed).record(time);
	}

}
