package dev.ticktock.leader;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

	private final Set<String> refusing = ConcurrentHashMap.newKeySet();

	TickMeters(MeterRegistry registry, Clock clock) {
		this.clock = clock;
		this.published = Counter.builder("ticktock.ticks.published")
			.description("Ticks that the broker confirmed.")
			.register(registry);
		this.refused = Counter.builder("ticktock.ticks.refused")
			.description("Ticks that a queue rejected; the other queues received them.")
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
			if (!this.refusing.isEmpty() && this.refusing.remove(tick.event())) {
				logger.info("All queues accept the ticks of {} again", tick.event());
			}
		}
		else {
			this.refused.increment();
			if (this.refusing.add(tick.event())) {
				logger.warn("A queue rejects the ticks of {}, starting with {}; the other queues receive them",
						tick.event(), tick.slot());
			}
		}
	}

}
