package dev.ticktock.leader;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * How often and how fast this replica took the lead.
 */
final class LeaderMeters {

	private final MeterRegistry registry;

	private final Counter terms;

	private final Timer takeover;

	LeaderMeters(MeterRegistry registry) {
		this.registry = registry;
		this.terms = Counter.builder("ticktock.leader.terms")
			.description("Terms that this replica has begun.")
			.register(registry);
		this.takeover = Timer.builder("ticktock.takeover")
			.description("Time from being granted the baton until all that was due had been published.")
			.register(registry);
	}

	void watch(BooleanSupplier leads) {
		Gauge.builder("ticktock.leader", leads, (each) -> each.getAsBoolean() ? 1 : 0)
			.description("Whether this replica leads: 1 or 0.")
			.strongReference(true)
			.register(this.registry);
	}

	void begun() {
		this.terms.increment();
	}

	void tookOver(Duration since) {
		this.takeover.record(since);
	}

}
