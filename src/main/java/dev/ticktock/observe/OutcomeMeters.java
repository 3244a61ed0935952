package dev.ticktock.observe;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.ticktock.leader.TickMeters;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.OutcomeStatus;
import dev.ticktock.schedule.ScheduleFormatException;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the outcomes that are read while this replica leads, and shows on every replica
 * how many ticks came after the last success. An event has a tag of its own here if it
 * has one in {@link TickMeters}. All statuses of an event appear together. Called by one
 * thread at a time.
 */
final class OutcomeMeters implements History.Counts {

	private static final Logger logger = LoggerFactory.getLogger(OutcomeMeters.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final MeterRegistry registry;

	private final TickMeters events;

	private final MissedMeters missed;

	private final BooleanSupplier leads;

	private final Throttle lines;

	private final Set<String> tags = new HashSet<>();

	OutcomeMeters(MeterRegistry registry, TickMeters events, MissedMeters missed, BooleanSupplier leads,
			Uptime uptime) {
		this.registry = registry;
		this.events = events;
		this.missed = missed;
		this.leads = leads;
		this.lines = new Throttle(uptime, PAUSE);
		register(TickMeters.OTHER);
	}

	@Override
	public void missed(JournalRecord.Missed tick) {
		this.missed.count(tick);
	}

	@Override
	public void rejected(JournalRecord.Outcome outcome) {
		outcome(null, OutcomeStatus.REJECTED, null);
		if (this.leads.getAsBoolean()) {
			this.lines.take((before) -> logger.warn(
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
		if (this.tags.add(tag)) {
			for (OutcomeStatus status : OutcomeStatus.values()) {
				counter(tag, status);
			}
			timer(tag);
		}
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
