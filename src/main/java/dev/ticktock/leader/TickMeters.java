package dev.ticktock.leader;

import java.time.Duration;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * What became of the ticks that were handed to the broker.
 */
final class TickMeters {

	private final Counter published;

	private final Counter refused;

	private final Timer lag;

	TickMeters(MeterRegistry registry) {
		this.published = Counter.builder("ticktock.ticks.published")
			.description("Ticks that the broker confirmed.")
			.register(registry);
		this.refused = Counter.builder("ticktock.ticks.refused")
			.description("Ticks that a queue refused; the other queues have them.")
			.register(registry);
		this.lag = Timer.builder("ticktock.tick.lag")
			.description("Time from a tick's slot to the broker's confirm.")
			.register(registry);
	}

	void published(Duration lag) {
		this.published.increment();
		this.lag.record(lag);
	}

	void refused() {
		this.refused.increment();
	}

}
