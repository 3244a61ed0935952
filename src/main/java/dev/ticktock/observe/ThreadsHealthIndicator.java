package dev.ticktock.observe;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import dev.ticktock.time.Hearts;
import dev.ticktock.time.Hearts.Stopped;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Reports whether the threads of this replica go on. Logs each that has stopped, with its
 * stack trace, which a restart of the process would destroy.
 */
class ThreadsHealthIndicator extends AbstractHealthIndicator {

	private static final Logger logger = LoggerFactory.getLogger(ThreadsHealthIndicator.class);

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	private final Hearts hearts;

	private final Clock clock;

	ThreadsHealthIndicator(Hearts hearts, Clock clock) {
		this.hearts = hearts;
		this.clock = clock;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Map<String, Instant> since = new TreeMap<>();
		for (Stopped thread : this.hearts.stopped()) {
			Instant last = this.clock.instant().minus(thread.silence()).truncatedTo(ChronoUnit.SECONDS);
			since.put(thread.name(), last);
			if (this.told.add(thread.name())) {
				Throwable place = new Throwable("where it is");
				place.setStackTrace(thread.thread().getStackTrace());
				logger.error(
						"The thread \"{}\" has stopped: its last sign of life was at {}. Restart TickTock. Please report this",
						thread.name(), last, place);
			}
		}
		this.told.retainAll(since.keySet());
		builder.status(since.isEmpty() ? Status.UP : Status.DOWN).withDetail("threads", this.hearts.threads());
		if (!since.isEmpty()) {
			builder.withDetail("stopped", since);
		}
	}

}
