package dev.ticktock.observe;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.ticktock.leader.TickMeters;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.OutcomeStatus;
import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the missed ticks and the outcomes that are read while this replica leads, and
 * shows on every replica how many ticks came after the last success. Every tag value
 * costs memory in the metrics store: an event has a tag of its own here if it has one in
 * {@link TickMeters}, and so have as many pairs of event and queue; the others share the
 * value {@code other}. All statuses of an event, and all reasons of a pair, appear
 * together. Called by one thread at a time.
 */
final class HistoryMeters implements History.Counts {

	private static final Logger logger = LoggerFactory.getLogger(HistoryMeters.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private static final Tags OTHERS = Tags.of("event", TickMeters.OTHER, "queue", TickMeters.OTHER);

	private final MeterRegistry registry;

	private final TickMeters events;

	private final BooleanSupplier leads;

	private final Throttle missedLines;

	private final Throttle rejectedLines;

	private final Set<Tags> pairs = new HashSet<>();

	HistoryMeters(MeterRegistry registry, TickMeters events, BooleanSupplier leads, Uptime uptime) {
		this.registry = registry;
		this.events = events;
		this.leads = leads;
		this.missedLines = new Throttle(uptime, PAUSE);
		this.rejectedLines = new Throttle(uptime, PAUSE);
		register(TickMeters.OTHER);
		register(OTHERS);
	}

	@Override
	public void missed(JournalRecord.Missed missed) {
		if (this.leads.getAsBoolean()) {
			counter(pair(missed), missed.reason()).increment();
			this.missedLines.take((before) -> logger.warn(
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

	@Override
	public void rejected(JournalRecord.Outcome outcome) {
		outcome(null, OutcomeStatus.REJECTED, null);
		if (this.leads.getAsBoolean()) {
			this.rejectedLines.take((before) -> logger.warn(
					"Ignoring the outcome of a job that came with the key {}: {}; {} others were since the last such line",
					ScheduleFormatException.abbreviated(outcome.event()), outcome.message(), before));
		}
	}

	@Override
	public void outcome(@Nullable String event, OutcomeStatus status, @Nullable Duration took) {
		if (this.leads.getAsBoolean()) {
			String tag = (event != null) ? this.events.tagOf(event) : TickMeters.OTHER;
			register(tag);
			counter(tag, status).increment();
			if (took != null) {
				timer(tag).record(took);
			}
		}
	}

	@Override
	public void answers(String event, Supplier<Number> ticksSinceSuccess) {
		if (!this.events.tagOf(event).equals(TickMeters.OTHER)) {
			Gauge.builder("ticktock.ticks.unsuccessful", ticksSinceSuccess)
				.description("Ticks after the last success of an event whose worker answers.")
				.tag("event", event)
				.register(this.registry);
		}
	}

	private void register(String tag) {
		for (OutcomeStatus status : OutcomeStatus.values()) {
			counter(tag, status);
		}
		timer(tag);
	}

	private Counter counter(String tag, OutcomeStatus status) {
		return Counter.builder("ticktock.outcomes")
			.description("Jobs that have ended, as workers say.")
			.tag("event", tag)
			.tag("status", status.word())
			.register(this.registry);
	}

	private Timer timer(String tag) {
		return Timer.builder("ticktock.outcome.seconds")
			.description("Time that jobs took, as workers say.")
			.tag("event", tag)
			.register(this.registry);
	}

}
