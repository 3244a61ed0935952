package dev.ticktock.leader;

import java.time.Clock;
import java.time.Duration;

import dev.ticktock.schedule.Tick;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of the ticks that were handed to the broker.
 */
final class TickMeters {

	private static final Logger logger = LoggerFactory.getLogger(TickMeters.class);

	private final Counter published;

	private final Counter refused;

	private final Timer lag;

	private final Clock clock;

	TickMeters(MeterRegistry registry, Clock clock) {
		this.clock = clock;
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

	/** Counts a tick that the broker has confirmed. */
	void settled(Tick tick, boolean accepted) {
		if (accepted) {
			this.published.increment();
			this.lag.record(Duration.between(tick.slot(), this.clock.instant()));
		}
		else {
			this.refused.increment();
			logger.warn("A queue refused the tick of {} at {}; it is not sent again, the other queues have it",
					tick.event(), tick.slot());
		}
	}

}
