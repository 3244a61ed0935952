package dev.ticktock.observe;

import java.time.Instant;

import dev.ticktock.observe.EventHistory.Skip;
import dev.ticktock.observe.EventHistory.Tick;
import org.jspecify.annotations.Nullable;

/**
 * What became of a slot, or of several that were skipped together, described in
 * {@code docs/endpoint.md}.
 */
record Mark(Instant slot, State state, @Nullable Long lagMillis, @Nullable Instant until, @Nullable Long count) {

	/** The lag in milliseconds from which a tick counts as late. */
	private static final long LATE = 1000;

	static Mark of(Tick tick, boolean missed, boolean failed) {
		Long lag = tick.lagMillis();
		State state = failed ? State.FAILED : missed ? State.MISSED
				: tick.byHand() ? State.BY_HAND : (lag != null && lag >= LATE) ? State.LATE : State.PUBLISHED;
		return new Mark(tick.slot(), state, lag, null, null);
	}

	static Mark of(Skip skip) {
		boolean several = skip.slots().count() > 1;
		return new Mark(skip.slots().first(), skip.isHeld() ? State.HELD : State.SKIPPED, null,
				several ? skip.slots().last() : null, several ? skip.slots().count() : null);
	}

	enum State {

		PUBLISHED, LATE, FAILED, MISSED, BY_HAND, SKIPPED, HELD

	}

}
