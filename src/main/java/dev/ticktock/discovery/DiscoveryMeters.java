package dev.ticktock.discovery;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

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
				(now) -> now.problems().size());
		gauge(registry, status, "unmatched", "Bindings whose key no schedule publishes.",
				(now) -> now.audience().unmatched().size());
		gauge(registry, status, "unheard", "Events that nobody listens to.", (now) -> now.audience().unheard().size());
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
