package dev.ticktock.observe;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.ticktock.message.MissedReason;

/**
 * The last ticks of one event that nobody took, in the order in which they were given
 * away: sixteen bytes each, in one array, because there can be many events. The first of
 * two numbers has when and the slot, in 32 bits each; the second, queue and reason.
 */
final class EventMisses {

	static final long[] NONE = {};

	private static final List<MissedReason> REASONS = List.of(MissedReason.values());

	private static final int WIDTH = 2;

	private EventMisses() {
	}

	/**
	 * Adds a tick, in the place of the oldest beyond a limit.
	 * @param queue the number of the queue
	 */
	static long[] add(long[] misses, PastMiss miss, int queue, int atMost) {
		long time = miss.at().getEpochSecond() << 32 | miss.slot().getEpochSecond();
		int place = misses.length;
		while (place > 0 && Long.compareUnsigned(misses[place - WIDTH], time) > 0) {
			place -= WIDTH;
		}
		long[] added = new long[misses.length + WIDTH];
		System.arraycopy(misses, 0, added, 0, place);
		added[place] = time;
		added[place + 1] = (long) queue << 8 | REASONS.indexOf(miss.reason());
		System.arraycopy(misses, place, added, place + WIDTH, misses.length - place);
		return last(added, atMost);
	}

	/** Returns the last ones, at most so many. */
	static long[] last(long[] misses, int atMost) {
		return Arrays.copyOfRange(misses, Math.max(0, misses.length - WIDTH * atMost), misses.length);
	}

	/** Returns the ticks, the newest first. */
	static List<PastMiss> all(long[] misses, Names queues) {
		List<PastMiss> unpacked = new ArrayList<>(misses.length / WIDTH);
		for (int i = misses.length - WIDTH; i >= 0; i -= WIDTH) {
			unpacked.add(new PastMiss(Instant.ofEpochSecond(misses[i] & 0xFFFF_FFFFL),
					queues.nameOf((int) (misses[i + 1] >>> 8)), REASONS.get((int) misses[i + 1] & 0xFF),
					Instant.ofEpochSecond(misses[i] >>> 32)));
		}
		return unpacked;
	}

	/** Returns when the last one was given away. */
	static Instant end(long[] misses) {
		return (misses.length > 0) ? Instant.ofEpochSecond(misses[misses.length - WIDTH] >>> 32) : Instant.MIN;
	}

}
