package dev.ticktock.ticker;

import java.time.Clock;
import java.time.Instant;

import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.Term;
import dev.ticktock.leader.TermEndedException;
import dev.ticktock.schedule.ScheduleSource;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Timetable;
import dev.ticktock.schedule.Timetable.Due;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what is due, while this replica leads: each slot once, in the order of slot
 * and event. A slot that was missed is published late if it is still valid, and counted
 * as skipped if not.
 */
final class Ticker {

	private static final Logger logger = LoggerFactory.getLogger(Ticker.class);

	private final Leadership leadership;

	private final ScheduleSource source;

	private final Clock clock;

	private final Counter skipped;

	private final Timetable timetable = new Timetable();

	private @Nullable Schedules schedules;

	private @Nullable Term term;

	Ticker(Leadership leadership, ScheduleSource source, Clock clock, MeterRegistry registry) {
		this.leadership = leadership;
		this.source = source;
		this.clock = clock;
		this.skipped = Counter.builder("ticktock.ticks.skipped")
			.description("Slots that were no longer worth running when they could be published.")
			.register(registry);
	}

	/**
	 * Publishes what has become due since the last call. Costs nothing while nothing is
	 * due or another replica leads. Called every second and when a term begins.
	 */
	synchronized void tick() {
		Term current = this.leadership.term();
		if (current == null || !current.accepting()) {
			return;
		}
		try {
			arrange(current);
			boolean more = true;
			while (more && current.accepting()) {
				Due due = this.timetable.due(this.clock.instant());
				tell(due);
				current.publish(due.ticks());
				more = due.more();
			}
			if (!more) {
				current.caughtUp();
			}
		}
		catch (TermEndedException ex) {
			logger.debug("Stopped publishing: {}", ex.getMessage());
		}
	}

	private void tell(Due due) {
		if (due.skipped() > 0) {
			this.skipped.increment((double) due.skipped());
			logger.info("Skipped {} slots that were no longer valid", due.skipped());
		}
		due.failed()
			.forEach((event, failure) -> logger.error(
					"Cannot compute the slots of \"{}\"; disabled until it changes. Please report this", event,
					failure));
	}

	private void arrange(Term current) throws TermEndedException {
		if (!current.equals(this.term)) {
			this.source.doubt();
		}
		Schedules latest = this.source.current();
		if (!current.equals(this.term)) {
			this.timetable.start(latest, current.cover(latest));
			this.term = current;
			this.schedules = latest;
		}
		else if (!latest.equals(this.schedules)) {
			this.timetable.replace(latest, current.cover(latest));
			this.schedules = latest;
		}
	}

}
