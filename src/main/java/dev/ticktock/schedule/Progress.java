package dev.ticktock.schedule;

import java.time.Instant;

/**
 * How far one event is done, in relation to the cursor of its {@link Standings}.
 */
public sealed interface Progress {

	/**
	 * Returns the cursor after which the schedule starts in a timetable that does not
	 * have it yet.
	 * @param cursor the last tick published
	 */
	Cursor start(Cursor cursor);

	/** The schedule holds. */
	default Progress listed() {
		return this;
	}

	/**
	 * A listing that may be out of date does not have the schedule.
	 * @param reached the instant up to which the cursor covers the event
	 */
	Progress unlisted(Instant reached);

	/** The tick of a slot has been published. */
	default Progress published(Instant slot) {
		return this;
	}

	/** The cursor has reached a slot. */
	default Progress passed(Instant reached) {
		return this;
	}

	/** Everything that was due up to the cursor has been published. */
	default Progress caughtUp(Instant reached) {
		return passed(reached);
	}

	private static Instant later(Instant one, Instant other) {
		return one.isBefore(other) ? other : one;
	}

	/**
	 * Done up to the cursor.
	 */
	record Current() implements Progress {

		@Override
		public Cursor start(Cursor cursor) {
			return cursor;
		}

		@Override
		public Progress unlisted(Instant reached) {
			return new Unconfirmed(reached);
		}

	}

	/**
	 * Due only after an instant that the cursor has not reached.
	 *
	 * @param since the instant
	 */
	record New(Instant since) implements Progress {

		@Override
		public Cursor start(Cursor cursor) {
			return cursor.max(Cursor.at(this.since));
		}

		@Override
		public Progress unlisted(Instant reached) {
			return new Unconfirmed(later(this.since, reached));
		}

		@Override
		public Progress passed(Instant reached) {
			return this.since.isBefore(reached) ? new Current() : this;
		}

	}

	/**
	 * Registered before, and not known to be still: if it is, it goes on from where it
	 * was.
	 *
	 * @param doneUntil the last instant of which every slot is done
	 */
	record Unconfirmed(Instant doneUntil) implements Progress {

		@Override
		public Cursor start(Cursor cursor) {
			return Cursor.at(this.doneUntil);
		}

		@Override
		public Progress listed() {
			return new CatchingUp(this.doneUntil);
		}

		@Override
		public Progress unlisted(Instant reached) {
			return this;
		}

		@Override
		public Progress published(Instant slot) {
			return new Unconfirmed(later(this.doneUntil, slot));
		}

	}

	/**
	 * Known to hold again; its slots before the cursor are being published.
	 *
	 * @param doneUntil the last instant of which every slot is done
	 */
	record CatchingUp(Instant doneUntil) implements Progress {

		@Override
		public Cursor start(Cursor cursor) {
			return Cursor.at(this.doneUntil);
		}

		@Override
		public Progress unlisted(Instant reached) {
			return new Unconfirmed(this.doneUntil);
		}

		@Override
		public Progress published(Instant slot) {
			return new CatchingUp(later(this.doneUntil, slot));
		}

		@Override
		public Progress caughtUp(Instant reached) {
			return new New(this.doneUntil).passed(reached);
		}

	}

}
