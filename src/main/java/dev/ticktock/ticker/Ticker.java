package dev.ticktock.ticker;

import java.time.Clock;
import java.time.Instant;
import java.util.function.Supplier;

import dev.ticktock.leader.Leadership;
import dev.ticktock.leader.Term;
import dev.ticktock.leader.TermEndedException;
import dev.ticktock.schedule.Cursor;
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

	private final Supplier<Schedules> source;

	private final Clock clock;

	private final Counter skipped;

	private final Timetable timetable;

	private @Nullable Schedules schedules;

	private @Nullable Term term;

	Ticker(Leadership leadership, Supplier<Schedules> source, Clock clock, MeterRegistry registry) {
		this.leadership = leadership;
		this.source = source;
		this.clock = clock;
		this.timetable = new Timetable(Cursor.at(clock.instant()));
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
		Instant now = this.clock.instant();
		refresh(now);
		if (current == null || !current.accepting()) {
			return;
		}
		if (current != this.term) {
			this.timetable.moveTo(current.start());
			this.term = current;
		}
		Due due = this.timetable.due(now);
		if (due.skipped() > 0) {
			this.skipped.increment((double) due.skipped());
			logger.info("Skipped {} slots that were no longer valid", due.skipped());
		}
		try {
			if (!due.ticks().isEmpty()) {
				current.publish(due.ticks());
			}
		}
		catch (TermEndedException ex) {
			logger.debug("{}; the next term knows what was published", ex.getMessage());
		}
	}

	private void refresh(Instant now) {
		Schedules latest = this.source.get();
		if (!latest.equals(this.schedules)) {
			this.timetable.replace(latest, now);
			this.schedules = latest;
		}
	}

}
