package dev.ticktock.samples;

import java.time.Instant;
import java.util.List;
import java.util.regex.MatchResult;

import dev.ticktock.support.Program;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A running copy of a sample worker.
 */
final class Copy extends Program {

	private static final String STARTED = "started (\\S+) from (\\S+) to (\\S+)";

	Copy(ProcessBuilder command) {
		super(command);
	}

	/** Waits for the first job, and returns the id, the start and the end of its tick. */
	MatchResult awaitStart() {
		return await(STARTED);
	}

	void awaitDone(String id) {
		await("the job of " + id, () -> assertThat(done()).as("%s", this).contains(id));
	}

	/** Waits until the job of a slot is done that is not before an instant. */
	void awaitSlotFrom(Instant instant) {
		await("a job from %s on".formatted(instant),
				() -> assertThat(slots()).as("%s", this).anyMatch((slot) -> !slot.isBefore(instant)));
	}

	/** Returns the ids of the ticks whose job has started, in that order. */
	List<String> started() {
		return find(STARTED).map((found) -> found.group(1)).toList();
	}

	/** Returns the ids of the ticks whose job is done, in that order. */
	List<String> done() {
		return find("done (\\S+)").map((found) -> found.group(1)).toList();
	}

	/** Returns the slots of the ticks whose job is done, in that order. */
	List<Instant> slots() {
		return done().stream().map((id) -> Instant.parse(id.substring(id.indexOf('@') + 1))).toList();
	}

}
