package dev.ticktock.discovery;

import java.time.Duration;
import java.time.Instant;

/**
 * The times of two clocks at one moment.
 *
 * @param here this machine's clock
 * @param broker the broker's clock
 * @param doubt how far the moments may be apart at which they were read
 */
public record ClockReading(Instant here, Instant broker, Duration doubt) {

	private static final Duration HALF_A_SECOND = Duration.ofMillis(500);

	/**
	 * Compares with the date of an answer, which is cut to the second and said at some
	 * moment between the question and the answer.
	 */
	static ClockReading of(Instant asked, Instant answered, Instant date) {
		Duration half = Duration.between(asked, answered).dividedBy(2);
		return new ClockReading(asked.plus(half), date.plus(HALF_A_SECOND), half.abs().plus(HALF_A_SECOND));
	}

	/** Returns how far this machine's clock is ahead of the broker's. */
	public Duration offset() {
		return Duration.between(this.broker, this.here);
	}

	/** Whether the clocks are without doubt further apart than that. */
	boolean areApartBeyond(Duration bound) {
		return offset().abs().minus(this.doubt).compareTo(bound) > 0;
	}

}
