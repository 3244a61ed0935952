package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What became of one event's slots: the last ticks one by one, the hours in which there
 * was something, as numbers, and what was skipped and missed last. Eight bytes a tick and
 * an hour, because there can be many events. Not safe for use by several threads.
 */
final class EventHistory {

	/** What a tick has in the place of its lag. */
	private static final int BY_HAND = 0xFFFFFF;

	private static final int UNKNOWN = 0xFFFFFE;

	private static final int LONGEST_IN_SECONDS = 0x7FFFF0;

	/** A lag of more than two hours has whole seconds, and this bit. */
	private static final int IN_SECONDS = 0x800000;

	/** At most one in so many of the messages that are kept was published by hand. */
	private static final int BY_HAND_SHARE = 10;

	static final int MOST_IN_AN_HOUR = 0x3FFF;

	/** An hour has the 22 bits above its three numbers of 14 bits. */
	private static final int HOUR_SHIFT = 42;

	private static final long[] NONE = {};

	/** Slot, lag and leader in 32, 24 and 8 bits, in the order of their slots. */
	private long[] ticks = NONE;

	private int tickCount;

	/** Hour, published, skipped and missed, in the order of the hours. */
	private long[] hours = NONE;

	private int hourCount;

	private List<PastSkip> skips = List.of();

	/** As {@link EventMisses} packs them. */
	private long[] misses = EventMisses.NONE;

	/**
	 * Takes a tick in.
	 * @return whether it is new, and as new as the oldest of those that are kept
	 */
	boolean tick(Instant slot, @Nullable Duration lag, int leader, int atMost) {
		return insert(packed(slot, (lag != null) ? lag(lag) : UNKNOWN, leader), atMost);
	}

	/**
	 * Takes in a message that was published by hand. Any account may publish such
	 * messages, so they have a tenth of the room, and displace no ticks beyond that.
	 */
	void byHand(Instant at, int atMost) {
		insert(packed(at, BY_HAND, Names.ANOTHER), atMost + 1);
		keepByHand(atMost);
		if (this.tickCount > atMost) {
			System.arraycopy(this.ticks, 1, this.ticks, 0, atMost);
			this.tickCount = atMost;
		}
	}

	private void keepByHand(int atMost) {
		int surplus = -Math.max(1, atMost / BY_HAND_SHARE);
		for (int i = 0; i < this.tickCount; i++) {
			surplus += isByHand(this.ticks[i]) ? 1 : 0;
		}
		int kept = 0;
		for (int i = 0; i < this.tickCount; i++) {
			if (!isByHand(this.ticks[i]) || surplus-- <= 0) {
				this.ticks[kept++] = this.ticks[i];
			}
		}
		this.tickCount = kept;
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
	void count(long hour, int published, int skipped, int missed, int atMost) {
		int place = this.hourCount;
		while (place > 0 && this.hours[place - 1] >>> HOUR_SHIFT >= hour) {
			place--;
		}
		boolean there = place < this.hourCount && this.hours[place] >>> HOUR_SHIFT == hour;
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
			this.hours[place] = hour << HOUR_SHIFT;
		}
		long now = this.hours[place];
		this.hours[place] = hour << HOUR_SHIFT | (long) bounded(published(now) + published) << 28
				| (long) bounded(skipped(now) + skipped) << 14 | bounded(missed(now) + missed);
	}

	private static int published(long hour) {
		return (int) (hour >>> 28) & MOST_IN_AN_HOUR;
	}

	private static int skipped(long hour) {
		return (int) (hour >>> 14) & MOST_IN_AN_HOUR;
	}

	private static int missed(long hour) {
		return (int) hour & MOST_IN_AN_HOUR;
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

	/** Takes a tick in that nobody took. */
	void missed(PastMiss miss, int queue, int atMost) {
		this.misses = EventMisses.add(this.misses, miss, queue, atMost);
	}

	/** Drops the oldest beyond the limits, and hours that are over for too long. */
	void trim(Limits limits, long oldestHour) {
		keepByHand(limits.ticks());
		int ticksKept = Math.min(this.tickCount, limits.ticks());
		this.ticks = Arrays.copyOfRange(this.ticks, this.tickCount - ticksKept, this.tickCount);
		this.tickCount = ticksKept;
		int from = Math.max(0, this.hourCount - limits.hours());
		while (from < this.hourCount && this.hours[from] >>> HOUR_SHIFT < oldestHour) {
			from++;
		}
		this.hours = Arrays.copyOfRange(this.hours, from, this.hourCount);
		this.hourCount -= from;
		this.skips = List
			.copyOf(this.skips.subList(Math.max(0, this.skips.size() - limits.skips()), this.skips.size()));
		this.misses = EventMisses.last(this.misses, limits.misses());
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
			if (hour >>> HOUR_SHIFT >= oldestHour) {
				unpacked.add(new PastHour(Instant.ofEpochSecond((hour >>> HOUR_SHIFT) * Limits.HOUR), published(hour),
						skipped(hour), missed(hour)));
			}
		}
		return unpacked;
	}

	/** Counts the ticks of some hours, from the given one on, that nobody took. */
	int missedSince(long oldestHour) {
		int sum = 0;
		for (int i = this.hourCount - 1; i >= 0 && this.hours[i] >>> HOUR_SHIFT >= oldestHour; i--) {
			sum += missed(this.hours[i]);
		}
		return sum;
	}

	/** Returns the last ticks that nobody took, the newest first. */
	List<PastMiss> misses(Names queues) {
		return EventMisses.all(this.misses, queues);
	}

	/** Returns when the last tick was given away that nobody took. */
	Instant lastMiss() {
		return EventMisses.end(this.misses);
	}

	/** Returns what was skipped last, the oldest first. */
	List<PastSkip> skips() {
		return this.skips;
	}

}
