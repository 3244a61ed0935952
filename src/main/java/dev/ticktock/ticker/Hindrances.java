package dev.ticktock.ticker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;

import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Knows what has kept this replica from publishing, and so why slots were skipped. Told
 * every second how the replica stands. Not safe for use by several threads.
 */
final class Hindrances {

	/**
	 * How long it can take to notice that a broker has gone: its heartbeats first fail.
	 */
	static final Duration NOTICED_WITHIN = Duration.ofSeconds(30);

	/** A connection that comes back and is lost again within this was never back. */
	static final Duration PROVEN = Duration.ofMinutes(1);

	private final Clock clock;

	private final Spell outage = new Spell();

	private final Spell blocked = new Spell();

	private @Nullable Instant termSeen;

	private @Nullable Instant ran;

	private @Nullable Instant ranBefore;

	Hindrances(Clock clock) {
		this.clock = clock;
	}

	/** Takes in how the replica stands now. */
	void observe(LeadershipStatus status) {
		Instant now = this.clock.instant();
		this.ranBefore = this.ran;
		this.ran = now.truncatedTo(ChronoUnit.MILLIS);
		this.outage.observe(status.role() == Role.DISCONNECTED, status.since(), now);
		this.blocked.observe(!status.accepting(), now, now);
	}

	/** Takes in that a term has begun: what was due before was left by others. */
	void termBegins() {
		this.termSeen = this.clock.instant();
	}

	/** Explains why slots were skipped just now; people read milliseconds at most. */
	Skipping explain(Collection<SkippedSlots> slots) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		Instant first = slots.stream().map(SkippedSlots::first).min(Instant::compareTo).orElse(now);
		Instant unreachable = this.outage.causeOf(first);
		Instant refused = this.blocked.causeOf(first);
		List<SkippedSlots> all = List.copyOf(slots);
		if (unreachable != null && (refused == null || !refused.isBefore(unreachable))) {
			return new Skipping(Reason.OUTAGE, unreachable, now, all);
		}
		if (refused != null) {
			return new Skipping(Reason.BLOCKED, refused, now, all);
		}
		return (this.termSeen != null && first.isBefore(this.termSeen)) ? new Skipping(Reason.NO_LEADER, null, now, all)
				: new Skipping(Reason.LATE, this.ranBefore, now, all);
	}

	/**
	 * The last time for which something was in the way.
	 */
	private static final class Spell {

		private boolean lasts;

		private @Nullable Instant since;

		private Instant until = Instant.MIN;

		void observe(boolean inTheWay, Instant begun, Instant now) {
			if (inTheWay && !this.lasts && (this.since == null || begun.isAfter(this.until.plus(PROVEN)))) {
				this.since = begun;
			}
			if (inTheWay || this.lasts) {
				this.until = now;
			}
			this.lasts = inTheWay;
		}

		/** Returns since when it was in the way, if that is why a slot was skipped. */
		@Nullable Instant causeOf(Instant slot) {
			Instant begun = this.since;
			boolean cause = begun != null && this.until.isAfter(slot) && !begun.isAfter(slot.plus(NOTICED_WITHIN));
			return (begun != null && cause) ? begun.truncatedTo(ChronoUnit.MILLIS) : null;
		}

	}

}
