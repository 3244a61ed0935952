package dev.ticktock.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.ReplicaInfo;
import dev.ticktock.schedule.Skipping;

/**
 * Keeps what it hears of the journal, as words.
 */
class RecordedHistory implements JournalRecords {

	private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

	@Override
	public void tick(JournalRecord.Tick tick) {
		this.heard.add("%s@%s after %s by %s".formatted(tick.event(), tick.slot(),
				(tick.published() != null) ? Duration.between(tick.slot(), tick.published()) : "?", tick.leader()));
	}

	@Override
	public void byHand(String event, Instant at) {
		this.heard.add("%s by hand at %s".formatted(event, at));
	}

	@Override
	public void skipped(Skipping skipping) {
		skipping.slots().forEach((slots) -> this.heard.add("%d of %s skipped".formatted(slots.count(), slots.event())));
	}

	@Override
	public void replica(ReplicaInfo info, Instant at) {
		this.heard.add("%s is %s at %s".formatted(info.name(), info.role(), at));
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
