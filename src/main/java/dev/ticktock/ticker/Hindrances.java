package dev.ticktock.ticker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import dev.ticktock.leader.LeadershipStatus;
import dev.ticktock.leader.Role;
import dev.ticktock.schedule.SkippedSlots;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Skipping.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Explains why slots were skipped, by what has kept this replica from publishing last. Of
 * an outage and a blockade that follow each other, the first is the reason. Not safe for
 * use by several threads.
 */
final class Hindrances {

	/** How long it can take to notice that a broker has gone. */
	private static final Duration NOTICED_WITHIN = Duration.ofSeconds(30);

	/** A connection that comes back and is lost again within this was never back. */
	private static final Duration PROVEN = Duration.ofMinutes(1);

	private final Clock clock;

	private boolean hindered;

	private Reason reason = Reason.OUTAGE;

	private Instant since = Instant.MAX;

	private Instant until = Instant.MIN;

	private @Nullable Instant termSeen;

	private @Nullable Instant ran;

	private @Nullable Instant ranBefore;

	Hindrances(Clock clock) {
		this.clock = clock;
	}

	/** Takes in how the replica stands. Called every second. */
	void observe(LeadershipStatus status) {
		Instant now = this.clock.instant();
		boolean away = status.role() == Role.DISCONNECTED;
		boolean inTheWay = away || !status.accepting();
		Instant begun = away ? status.since() : now;
		if (inTheWay && !this.hindered && begun.isAfter(this.until.plus(PROVEN))) {
			this.reason = away ? Reason.OUTAGE : Reason.BLOCKED;
			this.since = begun;
		}
		this.until = (inTheWay || this.hindered) ? now : this.until;
		this.hindered = inTheWay;
		this.ranBefore = this.ran;
		this.ran = now.truncatedTo(ChronoUnit.MILLIS);
	}

	/** Takes in that a term has begun: what was due before was left by others. */
	void termBegins() {
		this.termSeen = this.clock.instant();
	}

	/** Returns slots of events that are on hold, which nothing hinders. */
	Skipping held(List<SkippedSlots> slots) {
		return new Skipping(Reason.HELD, null, this.clock.instant().truncatedTo(ChronoUnit.MILLIS), slots);
	}

	/** Explains why slots were skipped just now; people read milliseconds at most. */
	Skipping explain(List<SkippedSlots> slots) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		Instant first = slots.stream().map(SkippedSlots::first).min(Instant::compareTo).orElse(now);
		if (this.until.isAfter(first) && !this.since.isAfter(first.plus(NOTICED_WITHIN))) {
			return new Skipping(this.reason, this.since.truncatedTo(ChronoUnit.MILLIS), now, slots);
		}
		return (this.termSeen != null && first.isBefore(this.termSeen))
				? new Skipping(Reason.NO_LEADER, null, now, slots)
				: new Skipping(Reason.LATE, this.ranBefore, now, slots);
	}

}
