package dev.ticktock.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import dev.ticktock.message.JournalRecord;

/**
 * Keeps what it hears of the journal, as words.
 */
class RecordedHistory implements JournalRecords {

	private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

	@Override
	public void take(JournalRecord record, Instant at) {
		if (record instanceof JournalRecord.Tick tick) {
			this.heard.add("%s@%s after %s by %s".formatted(tick.event(), tick.slot(),
					(tick.published() != null) ? Duration.between(tick.slot(), tick.published()) : "?", tick.leader()));
		}
		else if (record instanceof JournalRecord.ByHand message) {
			this.heard.add("%s by hand at %s".formatted(message.event(), at));
		}
		else if (record instanceof JournalRecord.Skipped skipped) {
			skipped.skipping()
				.slots()
				.forEach((slots) -> this.heard.add("%d of %s skipped".formatted(slots.count(), slots.event())));
		}
		else if (record instanceof JournalRecord.Replica replica) {
			this.heard.add("%s is %s at %s".formatted(replica.info().name(), replica.info().role(), at));
		}
	}

	@Override
	public void complete(JournalRecords past, Instant since) {
		this.heard.add("complete");
	}

	/** Returns what it has heard, in order. */
	List<String> heard() {
		return List.copyOf(this.heard);
	}

}
