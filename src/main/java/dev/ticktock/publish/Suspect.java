package dev.ticktock.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import dev.ticktock.schedule.Tick;
import org.jspecify.annotations.Nullable;

/**
 * An event that the channel has never had accepted: what was refused of it, and how far
 * it is known whether a queue is full or the channel is broken.
 *
 * <p>
 * Its queues are looked into right after a refusal and again 2 s later, because a queue
 * whose node has just died seems empty for a moment. If nothing is in them both times,
 * none was full, and one tick is tried on another channel. If a queue may be full, what
 * was refused so far proves nothing any more, however empty the queue is later: the next
 * refusal begins anew, after a pause that grows.
 *
 * <p>
 * If another channel takes the tick, all that is refused is sent there; and if the
 * channel then refuses another one, it is broken. If the other channel refuses too, there
 * is one more trial. If the channel accepts the event after all, it has healed: what it
 * has refused before is still sent on the other one, if that takes it.
 *
 * <p>
 * Not safe for use by several threads.
 */
final class Suspect {

	/** How long after the first look the second one is, and the shortest pause. */
	static final Duration PAUSE = Duration.ofSeconds(2);

	/** How long after a trial that has failed the next one is. */
	static final Duration NEXT_TRIAL = Duration.ofSeconds(6);

	static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

	private static final int GROWTH = 3;

	private static final int TRIALS = 2;

	/** An event with more valid ticks than that leaves room for others. */
	static final int TICKS = 10_000;

	private final Deque<Tick> refused = new ArrayDeque<>(1);

	private Stage stage = Stage.QUIET;

	private Duration due = Duration.ZERO;

	private Duration pause = PAUSE;

	private Duration lastRefused = Duration.ZERO;

	private @Nullable Tick tried;

	private int failures;

	private boolean broken;

	private boolean healed;

	/** Takes a tick that was refused. */
	void refuse(Tick tick, Duration now) {
		if (this.stage == Stage.GIVEN_UP || this.refused.size() >= TICKS) {
			return;
		}
		this.refused.add(tick);
		this.lastRefused = now;
		this.broken |= this.stage == Stage.TAKEN;
		if (this.stage == Stage.QUIET && now.compareTo(this.due) >= 0) {
			this.stage = Stage.FIRST_LOOK;
			this.due = now;
		}
	}

	/** Forgets the ticks that are no longer valid. */
	void expire(Instant now) {
		this.refused.removeIf((tick) -> !tick.validUntil().isAfter(now));
	}

	/** Says whether there is something to do, and it is time. */
	boolean isDue(Duration now) {
		return isWaiting() && now.compareTo(this.due) >= 0;
	}

	private boolean isWaiting() {
		return !this.refused.isEmpty() && switch (this.stage) {
			case FIRST_LOOK, SECOND_LOOK, TAKEN -> true;
			case QUIET, TRIED, GIVEN_UP -> false;
		};
	}

	/** Says whether its queues have to be looked into before a tick of it is sent. */
	boolean needsLook() {
		return this.stage != Stage.TAKEN;
	}

	/**
	 * Takes note that no queue is full, as far as anybody can see.
	 * @return what to send on another channel, in the order of the refusals
	 */
	List<Tick> clear(Duration now) {
		switch (this.stage) {
			case FIRST_LOOK -> {
				this.stage = Stage.SECOND_LOOK;
				this.due = now.plus(PAUSE);
			}
			case SECOND_LOOK -> {
				Tick first = this.refused.poll();
				if (first != null) {
					this.stage = Stage.TRIED;
					this.tried = first;
					return List.of(first);
				}
			}
			case TAKEN -> {
				List<Tick> all = new ArrayList<>(this.refused);
				this.refused.clear();
				this.due = now.plus(PAUSE);
				this.broken = false;
				return all;
			}
			case QUIET, TRIED, GIVEN_UP -> {
			}
		}
		return List.of();
	}

	/** Takes note that a queue may be full. */
	void mayBeFull(Duration now) {
		this.stage = Stage.QUIET;
		later(now);
	}

	/** Takes note that it cannot be told at the moment whether a queue is full. */
	void later(Duration now) {
		this.due = now.plus(this.pause);
		Duration longer = this.pause.multipliedBy(GROWTH);
		this.pause = (longer.compareTo(LONGEST_PAUSE) < 0) ? longer : LONGEST_PAUSE;
	}

	/** Takes note of what became of a tick on another channel. */
	void settledElsewhere(boolean taken, Duration now) {
		if (this.stage != Stage.TRIED && this.stage != Stage.TAKEN) {
			return;
		}
		Tick tick = this.tried;
		this.tried = null;
		if (taken) {
			this.due = (this.stage == Stage.TRIED) ? now : this.due;
			this.stage = Stage.TAKEN;
			this.failures = 0;
			return;
		}
		this.failures++;
		this.broken = false;
		if (this.failures == TRIALS || this.healed) {
			this.stage = Stage.GIVEN_UP;
			this.refused.clear();
			return;
		}
		this.stage = Stage.SECOND_LOOK;
		this.due = now.plus(NEXT_TRIAL);
		if (tick != null) {
			this.refused.addFirst(tick);
		}
	}

	/**
	 * Says whether the channel has refused another tick after another channel took one.
	 */
	boolean isBroken() {
		return this.broken;
	}

	/** Takes note that the channel has accepted the event. */
	void heal(Duration now) {
		this.healed = true;
		this.broken = false;
		if (this.stage == Stage.TAKEN) {
			this.due = now;
		}
	}

	/** Says whether the channel has healed, and nothing of before is left to be sent. */
	boolean isOver() {
		return this.healed && !(this.stage == Stage.TRIED || (this.stage == Stage.TAKEN && !this.refused.isEmpty()));
	}

	/** Leaves one look to what has to be decided now. */
	void hurry() {
		this.due = Duration.ZERO;
		if (this.stage == Stage.QUIET || this.stage == Stage.FIRST_LOOK) {
			this.stage = Stage.SECOND_LOOK;
		}
	}

	/** Says whether something is still to be sent, or to be heard of. */
	boolean isOpen() {
		return this.stage == Stage.TRIED || isWaiting();
	}

	/** Says whether nothing would be lost if it were forgotten. */
	boolean isIdle(Duration now) {
		return this.refused.isEmpty() && this.failures == 0 && this.stage != Stage.TRIED && this.stage != Stage.TAKEN
				&& now.minus(this.lastRefused).compareTo(LONGEST_PAUSE) > 0;
	}

	int size() {
		return this.refused.size();
	}

	/**
	 * How far it is known what is wrong.
	 */
	private enum Stage {

		/** Nothing: the next refusal tells more, once the pause is over. */
		QUIET,

		/** Refused: the queues have not been looked into. */
		FIRST_LOOK,

		/** Nothing was in the queues right after the refusal. */
		SECOND_LOOK,

		/** A tick is under way on another channel. */
		TRIED,

		/** Another channel takes what this one refuses. */
		TAKEN,

		/** Other channels refuse too: a queue is full in a way that cannot be seen. */
		GIVEN_UP

	}

}
