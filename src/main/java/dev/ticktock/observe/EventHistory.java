package dev.ticktock.observe;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.ticktock.message.MissedReason;
import dev.ticktock.message.OutcomeStatus;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What became of the last slots of one event, described in {@code docs/endpoint.md}. Each
 * list has the newest first.
 *
 * @param first the earliest slot that is known to be published, even if its tick is no
 * longer kept; {@code null} if none is
 */
record EventHistory(List<Tick> ticks, List<Skip> skips, List<Miss> misses, List<Outcome> outcomes,
		@Nullable Outcome lastSuccess, @Nullable Outcome lastFailure, @Nullable Instant first) {

	static final EventHistory NONE = new EventHistory(List.of(), List.of(), List.of(), List.of(), null, null, null);

	boolean isEmpty() {
		return equals(NONE);
	}

	@Nullable Tick last() {
		return this.ticks.stream().filter((tick) -> !tick.byHand()).findFirst().orElse(null);
	}

	int missedSince(Instant instant) {
		return (int) this.misses.stream().filter((miss) -> !miss.at().isBefore(instant)).count();
	}

	/**
	 * Returns how many ticks have no answer and were not missed, of an event that answers
	 * by now. The job of the newest may still run.
	 */
	int unanswered() {
		Set<Instant> known = Stream
			.concat(this.outcomes.stream().map(Outcome::slot), this.misses.stream().map(Miss::slot))
			.collect(Collectors.toSet());
		Instant since = this.outcomes.isEmpty() ? Instant.MAX : this.outcomes.get(this.outcomes.size() - 1).slot();
		return (int) this.ticks.stream()
			.filter((tick) -> !tick.byHand())
			.skip(1)
			.filter((tick) -> tick.slot().isAfter(since) && !known.contains(tick.slot()))
			.count();
	}

	/**
	 * Returns a mark for each slot, the newest first. A missed tick has one even if the
	 * tick itself is no longer kept.
	 */
	Stream<Mark> marks() {
		Set<Instant> missed = this.misses.stream().map(Miss::slot).collect(Collectors.toSet());
		Set<Instant> failed = this.outcomes.stream()
			.filter((outcome) -> outcome.status() == OutcomeStatus.FAILED)
			.map(Outcome::slot)
			.collect(Collectors.toSet());
		List<Mark> published = this.ticks.stream()
			.map((tick) -> Mark.of(tick, !tick.byHand() && missed.remove(tick.slot()),
					!tick.byHand() && failed.contains(tick.slot())))
			.toList();
		Stream<Mark> older = missed.stream().map((slot) -> new Mark(slot, Mark.State.MISSED, null, null, null));
		return Stream.of(published.stream(), older, this.skips.stream().map(Mark::of))
			.flatMap((marks) -> marks)
			.sorted(Comparator.comparing(Mark::slot).reversed());
	}

	/**
	 * A tick, or a message by hand, which has neither a lag nor a leader, and about the
	 * time of its publication in place of the slot.
	 */
	record Tick(Instant slot, @Nullable Long lagMillis, @Nullable String leader, boolean byHand) {

	}

	/** Slots that were skipped. */
	record Skip(@JsonUnwrapped @JsonIgnoreProperties("event") SkippedSlots slots, @JsonIgnore Reason why,
			@Nullable Instant since, Instant noticed) {

		boolean isHeld() {
			return this.why == Reason.HELD;
		}

		@JsonProperty
		String reason() {
			return this.why.name().toLowerCase(Locale.ROOT);
		}

	}

	/** The end of a job, as its worker says, or that it has rejected the tick. */
	record Outcome(Instant slot, OutcomeStatus status, @Nullable Instant startedAt, @Nullable Double seconds,
			@Nullable String message) {

	}

	/** A tick that a queue has dead-lettered, at a time to the second. */
	record Miss(Instant slot, String queue, MissedReason reason, Instant at) {

	}

}
