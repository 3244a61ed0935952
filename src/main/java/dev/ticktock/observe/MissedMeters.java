package dev.ticktock.observe;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

import dev.ticktock.leader.TickMeters;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedReason;
import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
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

	private final MeterRegistry registry;

	private final TickMeters events;

	private final BooleanSupplier leads;

	private final Throttle lines;

	private final Map<Pair, Map<MissedReason, Counter>> byPair = new HashMap<>();

	private final Map<MissedReason, Counter> others;

	MissedMeters(MeterRegistry registry, TickMeters events, BooleanSupplier leads, Uptime uptime) {
		this.registry = registry;
		this.events = events;
		this.leads = leads;
		this.lines = new Throttle(uptime, PAUSE);
		this.others = counters(new Pair(TickMeters.OTHER, TickMeters.OTHER));
	}

	/** Takes in a missed tick that counts; called by one thread at a time. */
	void count(JournalRecord.Missed missed) {
		if (this.leads.getAsBoolean()) {
			Map<MissedReason, Counter> counters = of(new Pair(this.events.tagOf(missed.event()), missed.queue()));
			Objects.requireNonNull(counters.get(missed.reason()), "a counter for each reason").increment();
			this.lines.take((before) -> logger.warn(
					"The tick of {} at {} was missed in queue \"{}\": {}; {} others were since the last such line",
					ScheduleFormatException.abbreviated(missed.event()), missed.slot(),
					ScheduleFormatException.abbreviated(missed.queue()), missed.reason().describe(1), before));
		}
	}

	private Map<MissedReason, Counter> of(Pair pair) {
		Map<MissedReason, Counter> known = this.byPair.get(pair);
		if (known != null) {
			return known;
		}
		if (pair.event().equals(TickMeters.OTHER) || this.byPair.size() >= this.events.most()) {
			return this.others;
		}
		Map<MissedReason, Counter> created = counters(pair);
		this.byPair.put(pair, created);
		return created;
	}

	private Map<MissedReason, Counter> counters(Pair pair) {
		Map<MissedReason, Counter> counters = new EnumMap<>(MissedReason.class);
		for (MissedReason reason : MissedReason.values()) {
			counters.put(reason,
					Counter.builder("ticktock.ticks.missed")
						.description("Ticks that queues dead-lettered.")
						.tag("event", pair.event())
						.tag("queue", pair.queue())
						.tag("reason", reason.word())
						.register(this.registry));
		}
		return counters;
	}

	private record Pair(String event, String queue) {

	}

}
