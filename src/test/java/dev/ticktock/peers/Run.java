package dev.ticktock.peers;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One run of a job.
 *
 * @param slot for which it ran
 * @param at when it began
 */
record Run(String job, Instant slot, Instant at) {

	static final Run NEVER = new Run("", Instant.EPOCH, Instant.EPOCH);

	private static final String WORD = "ran";

	/** Writes a run on the console of the process that runs the job. */
	static void print(String job, Instant slot) {
		String line = "%s %s %s %s%n".formatted(WORD, job, slot, Instant.now());
		// One write for the line, which is then there as a whole or not at all after a
		// kill.
		System.out.print(line);
		System.out.flush();
	}

	/**
	 * Returns the run that a line of a console tells of; {@code null} if it is another
	 * line.
	 */
	static @Nullable Run parse(String line) {
		String[] words = line.split(" ");
		return (words.length == 4 && words[0].equals(WORD))
				? new Run(words[1], Instant.parse(words[2]), Instant.parse(words[3])) : null;
	}

	String id() {
		return this.job + "@" + this.slot;
	}

	Duration lag() {
		return Duration.between(this.slot, this.at);
	}

}
