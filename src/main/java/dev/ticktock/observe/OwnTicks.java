package dev.ticktock.observe;

import java.time.Instant;
import java.util.function.Supplier;

import dev.ticktock.journal.JournalState;
import dev.ticktock.leader.TickListener;
import dev.ticktock.schedule.Skipping;
import dev.ticktock.schedule.Tick;

/**
 * The history of a replica without a journal: what it has published itself. Its lag ends
 * with the confirm.
 */
final class OwnTicks implements TickListener {

	private final History history;

	private final Supplier<JournalState> journal;

	private final String replica;

	OwnTicks(History history, Supplier<JournalState> journal, String replica) {
		this.history = history;
		this.journal = journal;
		this.replica = replica;
	}

	@Override
	public void published(Tick tick, Instant confirmed) {
		if (this.journal.get() == JournalState.OFF) {
			this.history.tick(tick.event(), tick.slot(), confirmed, this.replica);
		}
	}

	@Override
	public void skipped(Skipping skipping) {
		if (this.journal.get() == JournalState.OFF) {
			this.history.skipped(skipping);
		}
	}

}
