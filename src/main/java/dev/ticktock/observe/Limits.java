package dev.ticktock.observe;

/**
 * How much is kept of each event. Up to 10,000 events all of it; then less, so that the
 * whole stays the same.
 *
 * @param ticks how many ticks, one by one
 * @param hours how many hours in which there was something
 * @param skips how many times that slots were skipped
 * @param misses how many ticks that nobody took, one by one
 */
record Limits(int ticks, int hours, int skips, int misses) {

	/** The seconds of an hour. */
	static final long HOUR = 3600;

	/** How many hours are looked back at. */
	static final int HOURS = 7 * 24;

	/** How many events are kept. */
	static final int MOST_EVENTS = 100_000;

	private static final int ALL_OF_EACH = 10_000;

	private static final int TICKS = 100;

	private static final int SKIPS = 10;

	private static final int MISSES = 20;

	/** Returns the limits for a number of events; it changes at few numbers. */
	static Limits of(int events) {
		int step = ALL_OF_EACH;
		while (step < events) {
			step *= 2;
		}
		int share = step / ALL_OF_EACH;
		return new Limits(Math.max(8, TICKS / share), Math.max(14, HOURS / share), Math.max(1, SKIPS / share),
				Math.max(2, MISSES / share));
	}

}
