package dev.ticktock.missed;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import dev.ticktock.message.MissedReason;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.MissedTicks.Group;
import dev.ticktock.leader.EventMeters;
import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the missed ticks that this replica has found, and writes a line of them, at most
 * one a minute. Whoever stores meters pays for each value of a tag: so many pairs of
 * event and queue have tags of their own as events have, and the others share the value
 * {@code other}. All reasons of a pair appear together. Safe for use by several threads.
 */
final class MissedMeters implements MissedListener {

	private static final Logger logger = LoggerFactory.getLogger(MissedMeters.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final MeterRegistry registry;

	private final EventMeters events;

	private final String run;

	private final Throttle lines;

	private final Map<Pair, Map<MissedReason, Counter>> byPair = new HashMap<>();

	private final Map<MissedReason, Counter> others;

	/** How many ticks no line has told of. */
	private long untold;

	/**
	 * Creates the meters.
	 * @param events knows which events have a tag of their own
	 * @param run the writer of the records that are counted
	 */
	MissedMeters(MeterRegistry registry, EventMeters events, String run, Uptime uptime) {
		this.registry = registry;
		this.events = events;
		this.run = run;
		this.lines = new Throttle(uptime, PAUSE);
		this.others = counters(new Pair(EventMeters.OTHER, EventMeters.OTHER));
	}

	@Override
	public synchronized void newlyMissed(MissedTicks missed) {
		if (missed.writer().equals(this.run)) {
			for (Group group : missed.groups()) {
				counter(group).increment(group.ticks().size());
				this.untold += group.ticks().size();
				this.lines.take((held) -> tell(group));
			}
		}
	}

	private void tell(Group group) {
		int ticks = group.ticks().size();
		logger.warn("Nobody took {} {} of {} in queue \"{}\": {}; last at {}. Since the line before, {} others", ticks,
				(ticks == 1) ? "tick" : "ticks", ScheduleFormatException.abbreviated(group.event()),
				ScheduleFormatException.abbreviated(group.queue()), group.reason().describe(ticks),
				group.ticks().get(ticks - 1).at(), this.untold - ticks);
		this.untold = 0;
	}

	private Counter counter(Group group) {
		Pair pair = new Pair(this.events.tagOf(group.event()), group.queue());
		Map<MissedReason, Counter> known = this.byPair.get(pair);
		if (known == null) {
			boolean room = !pair.event().equals(EventMeters.OTHER) && this.byPair.size() < this.events.most();
			known = room ? counters(pair) : this.others;
			if (room) {
				this.byPair.put(pair, known);
			}
		}
		Counter counter = known.get(group.reason());
		if (counter == null) {
			throw new IllegalStateException("no counter for " + group.reason());
		}
		return counter;
	}

	private Map<MissedReason, Counter> counters(Pair pair) {
		Map<MissedReason, Counter> counters = new HashMap<>();
		for (MissedReason reason : MissedReason.values()) {
			counters.put(reason,
					Counter.builder("ticktock.ticks.missed")
						.description("Ticks that nobody took, as the dead-letter exchanges of queues tell.")
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
