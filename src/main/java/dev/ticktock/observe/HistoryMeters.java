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
import dev.ticktock.schedule.Quotable;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
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

	private static final Tags OTHERS = Tags.of("event", TickMeters.OTHER, "queue", TickMeters.OTHER);

	private final MeterProvider<Counter> missed;

	private final MeterProvider<Counter> outcomes;

	private final MeterProvider<Timer> seconds;

	private final MeterRegistry registry;

	private final TickMeters events;

	private final BooleanSupplier leads;

	private final Throttle missedLines;

	private final Throttle rejectedLines;

	private final Set<String> tags = new HashSet<>();

	private final Set<Tags> pairs = new HashSet<>();

	HistoryMeters(MeterRegistry registry, TickMeters events, BooleanSupplier leads, Uptime uptime) {
		this.missed = Counter.builder("ticktock.ticks.missed")
			.description("Ticks that queues dead-lettered.")
			.withRegistry(registry);
		this.outcomes = Counter.builder("ticktock.outcomes")
			.description("Jobs that have ended, as workers say.")
			.withRegistry(registry);
		this.seconds = Timer.builder("ticktock.outcome.seconds")
			.description("Time that jobs took, as workers say.")
			.withRegistry(registry);
		this.registry = registry;
		this.events = events;
		this.leads = leads;
		this.missedLines = new Throttle(uptime);
		this.rejectedLines = new Throttle(uptime);
		tag(null);
		pair(TickMeters.OTHER, TickMeters.OTHER);
	}

	@Override
	public void missed(JournalRecord.Missed missed) {
		if (this.leads.getAsBoolean()) {
			Tags pair = pair(this.events.tagOf(missed.event()), missed.queue());
			this.missed.withTags(pair.and("reason", missed.reason().word())).increment();
			this.missedLines.take((before) -> logger.warn("The tick of {} at {} was missed in queue \"{}\": {}{}",
					Quotable.of(missed.event()), missed.slot(), Quotable.of(missed.queue()),
					missed.reason().describe(1), Throttle.more(before)));
		}
	}

	/** Returns the tags of a pair, whose meters are registered. */
	private Tags pair(String event, String queue) {
		Tags own = Tags.of("event", event, "queue", queue);
		boolean fits = this.pairs.contains(own)
				|| (!event.equals(TickMeters.OTHER) && this.pairs.size() <= this.events.most());
		Tags pair = fits ? own : OTHERS;
		if (this.pairs.add(pair)) {
			for (MissedReason reason : MissedReason.values()) {
				this.missed.withTags(pair.and("reason", reason.word()));
			}
		}
		return pair;
	}

	@Override
	public void rejected(JournalRecord.Outcome outcome) {
		outcome(null, OutcomeStatus.REJECTED, null);
		if (this.leads.getAsBoolean()) {
			this.rejectedLines
				.take((before) -> logger.warn("Ignoring the outcome of a job that came with the key {}: {}{}",
						Quotable.of(outcome.event()), outcome.message(), Throttle.more(before)));
		}
	}

	@Override
	public void outcome(@Nullable String event, OutcomeStatus status, @Nullable Duration took) {
		if (this.leads.getAsBoolean()) {
			String tag = tag(event);
			this.outcomes.withTags("event", tag, "status", status.word()).increment();
			if (took != null) {
				this.seconds.withTag("event", tag).record(took);
			}
		}
	}

	/** Returns the tag of an event, whose meters are registered. */
	private String tag(@Nullable String event) {
		String tag = (event != null) ? this.events.tagOf(event) : TickMeters.OTHER;
		if (this.tags.add(tag)) {
			this.seconds.withTag("event", tag);
			for (OutcomeStatus status : OutcomeStatus.values()) {
				this.outcomes.withTags("event", tag, "status", status.word());
			}
		}
		return tag;
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

}
