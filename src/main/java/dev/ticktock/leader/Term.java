package dev.ticktock.leader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

import dev.ticktock.schedule.Cursor;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Tick;

/**
 * The time during which this replica publishes. A term that has ended never publishes
 * again.
 */
public interface Term {

	/**
	 * Returns the uptime at which the term began. An answer of the broker to an earlier
	 * request may be out of date, because another replica led.
	 */
	Duration began();

	/**
	 * Takes the schedules that the ticks of this term will be of, at its beginning and
	 * whenever they change, and makes that known to the leaders to come.
	 * @return for each of the schedules, the cursor after which it starts if the ticker
	 * does not have it yet
	 * @throws TermEndedException if the term has ended
	 */
	Function<Schedule, Cursor> cover(Schedules schedules) throws TermEndedException;

	/**
	 * Returns whether workers may have registered schedules that are not among those
	 * covered last. Only a listing that was made since the term began ends this doubt.
	 */
	boolean inDoubt();

	/**
	 * Whether the broker accepts messages at the moment. While it does not, ticks should
	 * wait for it here, where they can expire, and not in its buffers.
	 */
	boolean accepting();

	/**
	 * Hands ticks to the broker in the given order, without waiting for its confirms, up
	 * to the first that has expired or that the broker does not take.
	 * @param ticks what is due next and has not been published; may be empty
	 * @return how many have been handed over
	 * @throws TermEndedException if the term has ended, before, between or after these
	 * ticks: which of them were published is known at the start of the next term
	 */
	int publish(List<Tick> ticks) throws TermEndedException;

	/**
	 * Writes down which slots will not be published. Comes before the ticks that follow
	 * them: the next leader either reads it or skips the same slots again. Slots that are
	 * found before the first leader of all has caught up do not count, because no leader
	 * had promised them.
	 * @param written called on the thread of the connection when the broker has the
	 * record. Before that, the slots do not count as skipped: a leader that has lost the
	 * baton and does not know it yet skips slots that others have published
	 * @throws TermEndedException if the term has ended
	 */
	void skipped(Skipping skipping, Runnable written) throws TermEndedException;

	/**
	 * Records that nothing that was due is left: it has been handed over, or has expired.
	 * @param until the instant up to and including which that holds
	 * @throws TermEndedException if the term has ended
	 */
	void caughtUp(Instant until) throws TermEndedException;

}
