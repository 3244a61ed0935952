package dev.ticktock.observe;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

import dev.ticktock.leader.TickMeters;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedReason;
import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the missed ticks that are read while this replica leads, and logs them, once a
 * minute at most. Every tag value costs memory in the metrics store: as many pairs of
 * event and queue have tags of their own as events have, and the others share the value
 * {@code other}. All reasons of a pair appear together.
 */
final class MissedMeters {

	private static final Logger logger = LoggerFactory.getLogger(MissedMeters.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private static final Tags OTHERS = Tags.of("event", TickMeters.OTHER, "queue", TickMeters.OTHER);

	private final MeterRegistry registry;

	private final TickMeters events;

	private final BooleanSupplier leads;

	private final Throttle lines;

	/** The pairs of event and queue. */
	private final Set<Tags> pairs = new HashSet<>();

	MissedMeters(MeterRegistry registry, TickMeters events, BooleanSupplier leads, Uptime uptime) {
		this.registry = registry;
		this.events = events;
		this.leads = leads;
		this.lines = new Throttle(uptime, PAUSE);
		register(OTHERS);
	}

	/** Takes in a missed tick that counts; called by one thread at a time. */
	void count(JournalRecord.Missed missed) {
		if (this.leads.getAsBoolean()) {
			counter(pair(missed), missed.reason()).increment();
			this.lines.take((before) -> logger.warn(
					"The tick of {} at {} was missed in queue \"{}\": {}; {} others were since the last such line",
					ScheduleFormatException.abbreviated(missed.event()), missed.slot(),
					ScheduleFormatException.abbreviated(missed.queue()), missed.reason().describe(1), before));
		}
	}

	private Tags pair(JournalRecord.Missed missed) {
		String event = this.events.tagOf(missed.event());
		Tags pair = Tags.of("event", event, "queue", missed.queue());
		if (!this.pairs.contains(pair)) {
			if (event.equals(TickMeters.OTHER) || this.pairs.size() >= this.events.most()) {
				return OTHERS;
			}
			this.pairs.add(pair);
			register(pair);
		}
		return pair;
	}

	private void register(Tags pair) {
		for (MissedReason reason : MissedReason.values()) {
			counter(pair, reason);
		}
	}

	private Counter counter(Tags pair, MissedReason reason) {
		return Counter.builder("ticktock.ticks.missed")
			.description("Ticks that queues dead-lettered.")
			.tags(pair)
			.tag("reason", reason.word())
			.register(this.registry);
	}

}
