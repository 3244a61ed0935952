package dev.ticktock.ticker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import dev.ticktock.leader.Term;
import dev.ticktock.leader.TermEndedException;
import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Tick;
import org.jspecify.annotations.Nullable;

/**
 * A term that keeps what is published, and ends after as many ticks as a test wants.
 */
final class RecordingTerm implements Term {

	private final Cursor start;

	private final List<Tick> published = new ArrayList<>();

	private final List<Schedules> covered = new ArrayList<>();

	private final List<Skipping> skipped = new ArrayList<>();

	private int publishedWhenSkipped;

	private Cursor startLater;

	private boolean accepting = true;

	private boolean inDoubt;

	private boolean confirming = true;

	private int left = Integer.MAX_VALUE;

	private int room = Integer.MAX_VALUE;

	private @Nullable Instant drained;

	private int untilFailure = -1;

	RecordingTerm(Cursor start) {
		this.start = start;
		this.startLater = start;
	}

	/**
	 * Starts the schedules of its beginning after its cursor, and those that come later
	 * after the cursor that {@link #startLaterAt} was given or what has been published.
	 */
	@Override
	public Function<Schedule, Cursor> cover(Schedules schedules) throws TermEndedException {
		if (this.left == 0) {
			throw new TermEndedException("the term has ended", null);
		}
		Cursor cursor = this.covered.isEmpty() ? this.start : this.startLater.max(cursor());
		this.covered.add(schedules);
		return (schedule) -> cursor;
	}

	@Override
	public Duration began() {
		return Duration.ZERO;
	}

	@Override
	public boolean inDoubt() {
		return this.inDoubt;
	}

	@Override
	public boolean accepting() {
		return this.accepting;
	}

	@Override
	public int publish(List<Tick> ticks) throws TermEndedException {
		int taken = 0;
		for (Tick tick : ticks) {
			if (this.left == 0) {
				throw new TermEndedException("the term has ended", null);
			}
			if (!this.accepting) {
				return taken;
			}
			if (this.untilFailure-- == 0) {
				throw new IllegalStateException("as if");
			}
			this.left--;
			this.published.add(tick);
			taken++;
			this.accepting = --this.room > 0;
		}
		return taken;
	}

	@Override
	public void skipped(Skipping skipping, Runnable written) throws TermEndedException {
		if (this.left == 0) {
			throw new TermEndedException("the term has ended", null);
		}
		this.publishedWhenSkipped = this.published.size();
		this.skipped.add(skipping);
		if (this.confirming) {
			written.run();
		}
	}

	@Override
	public void caughtUp(Instant until) throws TermEndedException {
		if (this.left == 0) {
			throw new TermEndedException("the term has ended", null);
		}
		this.drained = until;
	}

	void inDoubt(boolean inDoubt) {
		this.inDoubt = inDoubt;
	}

	void startLaterAt(Cursor cursor) {
		this.startLater = cursor;
	}

	/**
	 * Returns what the term was told to cover, in order.
	 */
	List<Schedules> covered() {
		return this.covered;
	}

	/**
	 * Returns what was written down as skipped, in order.
	 */
	List<Skipping> skipped() {
		return this.skipped;
	}

	/**
	 * Returns how many ticks had been published when something was last skipped.
	 */
	int publishedWhenSkipped() {
		return this.publishedWhenSkipped;
	}

	/** Has the broker confirm nothing from now on. */
	void confirmNothing() {
		this.confirming = false;
	}

	void accepting(boolean accepting) {
		this.accepting = accepting;
		this.room = Integer.MAX_VALUE;
	}

	/**
	 * Takes no more after some more ticks.
	 */
	void blockAfter(int ticks) {
		this.room = ticks;
	}

	/**
	 * Returns the instant up to which, as it was told, nothing is left; {@code null} if
	 * it was told of none.
	 */
	@Nullable Instant drained() {
		return this.drained;
	}

	/**
	 * Ends the term after some more ticks.
	 */
	void endAfter(int ticks) {
		this.left = ticks;
	}

	/**
	 * Fails once, after some more ticks.
	 */
	void failAfter(int ticks) {
		this.untilFailure = ticks;
	}

	/**
	 * Returns what was published, in order.
	 */
	List<Tick> published() {
		return this.published;
	}

	/**
	 * Returns the last tick published, or where the term started if there is none.
	 */
	Cursor cursor() {
		if (this.published.isEmpty()) {
			return this.start;
		}
		Tick last = this.published.get(this.published.size() - 1);
		return new Cursor(last.slot(), last.event());
	}

}
