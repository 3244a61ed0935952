package dev.ticktock.missed;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.ticktock.journal.JournalRecords;
import dev.ticktock.message.MissedTicks;
import dev.ticktock.message.MissedTicks.Group;
import dev.ticktock.message.MissedTicks.Miss;

/**
 * Tells listeners of missed ticks, each once. A leader that is killed after it has
 * written ticks to the journal, and before it has acknowledged them, leaves them to the
 * next one, which writes them down again: they have the same ids. Which of two records
 * comes first is the same for all who read the journal. Safe for use by several threads.
 */
final class Misses implements JournalRecords {

	/**
	 * How many are remembered. A leader has at most {@link MissedReader#PREFETCH}
	 * unacknowledged, so the second record of a tick comes long before that many others.
	 */
	static final int REMEMBERED = 65_536;

	private final List<MissedListener> listeners;

	/** In the order in which they came. */
	private final Set<Long> known = new LinkedHashSet<>();

	Misses(List<MissedListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	@Override
	public synchronized void missed(MissedTicks missed) {
		List<Group> fresh = new ArrayList<>();
		for (Group group : missed.groups()) {
			List<Miss> ticks = group.ticks().stream().filter((tick) -> isNew(tick.id())).toList();
			if (!ticks.isEmpty()) {
				fresh.add(new Group(group.event(), group.queue(), group.reason(), ticks));
			}
		}
		if (!fresh.isEmpty()) {
			MissedTicks news = new MissedTicks(missed.writer(), missed.noticed(), fresh);
			this.listeners.forEach((listener) -> listener.newlyMissed(news));
		}
	}

	private boolean isNew(long id) {
		boolean fresh = this.known.add(id);
		if (this.known.size() > REMEMBERED) {
			this.known.remove(this.known.iterator().next());
		}
		return fresh;
	}

}
