package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What became of one event's slots: the last ticks one by one, the hours in which there
 * was something, as numbers, and what was skipped last. Eight bytes a tick and an hour,
 * because there can be many events. Not safe for use by several threads.
 */
final class EventHistory {

	/** What a tick has in the place of its lag. */
	private static final int BY_HAND = 0xFFFFFF;

	private static final int UNKNOWN = 0xFFFFFE;

	private static final int LONGEST_IN_SECONDS = 0x7FFFF0;

	/** A lag of more than two hours has whole seconds, and this bit. */
	private static final int IN_SECONDS = 0x800000;

	private static final int MOST_IN_AN_HOUR = 0xFFFF;

	private static final long[] NONE = {};

	/** Slot, lag and leader in 32, 24 and 8 bits, in the order of their slots. */
	private long[] ticks = NONE;

	private int tickCount;

	/** Hour, published and skipped in 32, 16 and 16 bits, in the order of the hours. */
	private long[] hours = NONE;

	private int hourCount;

	private List<PastSkip> skips = List.of();

	/**
	 * Takes a tick in.
	 * @return whether it is new, and as new as the oldest of those that are kept
	 */
	boolean tick(Instant slot, @Nullable Duration lag, int leader, int atMost) {
		return insert(packed(slot, (lag != null) ? lag(lag) : UNKNOWN, leader), atMost);
	}

	void byHand(Instant at, int atMost) {
		insert(packed(at, BY_HAND, Names.ANOTHER), atMost);
	}

	private static long packed(Instant slot, int lag, int leader) {
		return slot.getEpochSecond() << 32 | (long) lag << 8 | leader;
	}

	private static int lag(Duration lag) {
		long millis = Math.max(0, lag.toMillis());
		return (millis < IN_SECONDS) ? (int) millis : IN_SECONDS | (int) Math.min(LONGEST_IN_SECONDS, lag.toSeconds());
	}

	private boolean insert(long tick, int atMost) {
		int place = this.tickCount;
		while (place > 0 && Long.compareUnsigned(this.ticks[place - 1] >>> 32, tick >>> 32) > 0) {
			place--;
		}
		for (int i = place - 1; i >= 0 && this.ticks[i] >>> 32 == tick >>> 32; i--) {
			if (isByHand(this.ticks[i]) == isByHand(tick)) {
				return false;
			}
		}
		if (this.tickCount >= atMost) {
			if (place == 0) {
				return true;
			}
			// The oldest goes.
			System.arraycopy(this.ticks, 1, this.ticks, 0, place - 1);
			this.ticks[place - 1] = tick;
			return true;
		}
		this.ticks = withRoom(this.ticks, this.tickCount, atMost);
		System.arraycopy(this.ticks, place, this.ticks, place + 1, this.tickCount - place);
		this.ticks[place] = tick;
		this.tickCount++;
		return true;
	}

	private static long[] withRoom(long[] array, int used, int atMost) {
		return (used < array.length) ? array : Arrays.copyOf(array, Math.min(atMost, Math.max(4, used * 2)));
	}

	private static boolean isByHand(long tick) {
		return (tick >>> 8 & 0xFFFFFF) == BY_HAND;
	}

	/** Counts slots of an hour; negative numbers take back. */
	void count(long hour, int published, int skipped, int atMost) {
		int place = this.hourCount;
		while (place > 0 && this.hours[place - 1] >>> 32 >= hour) {
			place--;
		}
		boolean there = place < this.hourCount && this.hours[place] >>> 32 == hour;
		if (!there) {
			if (this.hourCount >= atMost) {
				if (place == 0) {
					return;
				}
				System.arraycopy(this.hours, 1, this.hours, 0, place - 1);
				place--;
			}
			else {
				this.hours = withRoom(this.hours, this.hourCount, atMost);
				System.arraycopy(this.hours, place, this.hours, place + 1, this.hourCount - place);
				this.hourCount++;
			}
			this.hours[place] = hour << 32;
		}
		long now = this.hours[place];
		this.hours[place] = hour << 32 | (long) bounded((int) (now >>> 16 & 0xFFFF) + published) << 16
				| bounded((int) (now & 0xFFFF) + skipped);
	}

	private static int bounded(int count) {
		return Math.max(0, Math.min(MOST_IN_AN_HOUR, count));
	}

	/**
	 * Takes skipped slots in, in the place of a record of the same slots that an earlier
	 * leader wrote and could not act upon.
	 * @return the earlier one; {@code null} if there is none
	 */
	@Nullable PastSkip skipped(PastSkip skip, int atMost) {
		List<PastSkip> changed = new ArrayList<>(this.skips);
		PastSkip same = changed.stream()
			.filter((each) -> each.slots().first().equals(skip.slots().first()))
			.findFirst()
			.orElse(null);
		changed.remove(same);
		changed.add(skip);
		changed.sort((one, other) -> one.slots().first().compareTo(other.slots().first()));
		this.skips = List.copyOf(changed.subList(Math.max(0, changed.size() - atMost), changed.size()));
		return same;
	}

	/** Drops the oldest beyond the limits, and hours that are over for too long. */
	void trim(Limits limits, long oldestHour) {
		int ticksKept = Math.min(this.tickCount, limits.ticks());
		this.ticks = Arrays.copyOfRange(this.ticks, this.tickCount - ticksKept, this.tickCount);
		this.tickCount = ticksKept;
		int from = Math.max(0, this.hourCount - limits.hours());
		while (from < this.hourCount && this.hours[from] >>> 32 < oldestHour) {
			from++;
		}
		this.hours = Arrays.copyOfRange(this.hours, from, this.hourCount);
		this.hourCount -= from;
		this.skips = List
			.copyOf(this.skips.subList(Math.max(0, this.skips.size() - limits.skips()), this.skips.size()));
	}

	/** Returns the last ticks, the newest first. */
	List<PastTick> ticks(Names names) {
		List<PastTick> unpacked = new ArrayList<>(this.tickCount);
		for (int i = this.tickCount - 1; i >= 0; i--) {
			unpacked.add(unpacked(this.ticks[i], names));
		}
		return unpacked;
	}

	/** Returns the last tick of a slot; {@code null} if none is kept. */
	@Nullable PastTick lastOfASlot(Names names) {
		for (int i = this.tickCount - 1; i >= 0; i--) {
			if (!isByHand(this.ticks[i])) {
				return unpacked(this.ticks[i], names);
			}
		}
		return null;
	}

	private static PastTick unpacked(long tick, Names names) {
		Instant slot = Instant.ofEpochSecond(tick >>> 32);
		int lag = (int) (tick >>> 8 & 0xFFFFFF);
		if (lag == BY_HAND) {
			return new PastTick(slot, null, null);
		}
		Duration late = (lag == UNKNOWN) ? null
				: (lag < IN_SECONDS) ? Duration.ofMillis(lag) : Duration.ofSeconds(lag & ~IN_SECONDS);
		return new PastTick(slot, late, names.nameOf((int) (tick & 0xFF)));
	}

	/** Returns the hours in which there was something, the oldest first. */
	List<PastHour> hours(long oldestHour) {
		List<PastHour> unpacked = new ArrayList<>(this.hourCount);
		for (int i = 0; i < this.hourCount; i++) {
			long hour = this.hours[i];
			if (hour >>> 32 >= oldestHour) {
				unpacked.add(new PastHour(Instant.ofEpochSecond((hour >>> 32) * Limits.HOUR),
						(int) (hour >>> 16 & 0xFFFF), (int) (hour & 0xFFFF)));
			}
		}
		return unpacked;
	}

	/** Returns what was skipped last, the oldest first. */
	List<PastSkip> skips() {
		return this.skips;
	}

	/**
	 * Returns the last second in which something is known to have happened; 0 if none.
	 */
	long lastSecond() {
		long tick = (this.tickCount > 0) ? this.ticks[this.tickCount - 1] >>> 32 : 0;
		long skip = this.skips.isEmpty() ? 0 : this.skips.get(this.skips.size() - 1).slots().last().getEpochSecond();
		return Math.max(tick, skip);
	}

}
