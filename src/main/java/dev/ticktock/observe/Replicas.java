package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.ticktock.journal.JournalRecords;
import dev.ticktock.leader.Role;
import dev.ticktock.message.Hello;
import org.jspecify.annotations.Nullable;

/**
 * The replicas, by the records that they write to the journal every 20 s and whenever
 * their role changes. A fold without a clock: this replica reads its own records too, so
 * one that is silent while others are not is away, and while none can be read, none goes
 * away. A replica whose last record says that it leads is away once another has begun to.
 * Safe for use by several threads.
 */
final class Replicas implements JournalRecords {

	/** The time between two records of a replica. */
	static final Duration INTERVAL = Duration.ofSeconds(20);

	/** The role of a replica that is not heard any more. */
	static final String AWAY = "AWAY";

	private static final Duration AWAY_AFTER = INTERVAL.multipliedBy(3);

	private static final Duration FORGOTTEN_AFTER = AWAY_AFTER.plusMinutes(10);

	private final Map<String, Entry> byRun = new HashMap<>();

	/** The run that was the last to say that it leads. */
	private @Nullable String leader;

	/** When the newest record was written. */
	private Instant newest = Instant.EPOCH;

	@Override
	public synchronized void hello(Hello hello, Instant at) {
		this.newest = at;
		this.byRun.values().removeIf((entry) -> isSilent(entry, FORGOTTEN_AFTER));
		if (hello.isGoodbye()) {
			this.byRun.remove(hello.run());
			return;
		}
		if (!this.byRun.containsKey(hello.run())) {
			// A process that was killed has no record any more.
			this.byRun.replaceAll((run, entry) -> entry.hello().name().equals(hello.name()) ? entry.replaced() : entry);
		}
		this.byRun.put(hello.run(), new Entry(hello, at, false));
		if (isLeader(hello)) {
			this.leader = hello.run();
		}
	}

	private static boolean isLeader(Hello hello) {
		return Role.LEADER.name().equals(hello.role());
	}

	private boolean isSilent(Entry entry, Duration limit) {
		return Duration.between(entry.at(), this.newest).compareTo(limit) > 0;
	}

	/**
	 * Returns the replicas, in the order of their names. At most one of them is leader.
	 * @param own this replica as it is now
	 */
	synchronized List<Listed> list(Hello own) {
		Map<String, Entry> entries = new HashMap<>(this.byRun);
		entries.values().removeIf(Entry::isReplaced);
		entries.put(own.run(), new Entry(own, own.at(), false));
		String leading = isLeader(own) ? own.run() : this.leader;
		Entry leader = entries.get(leading);
		Hello compared = (leader != null && !isAway(leader, leading, own) && isLeader(leader.hello())) ? leader.hello()
				: null;
		return entries.values()
			.stream()
			.sorted(Comparator.comparing((Entry entry) -> entry.hello().name())
				.thenComparing((entry) -> entry.hello().run()))
			.map((entry) -> Listed.of(entry, isAway(entry, leading, own), compared))
			.toList();
	}

	private boolean isAway(Entry entry, @Nullable String leading, Hello own) {
		Hello hello = entry.hello();
		return !hello.run().equals(own.run())
				&& (isSilent(entry, AWAY_AFTER) || (isLeader(hello) && !hello.run().equals(leading)));
	}

	/**
	 * The last record of a run.
	 *
	 * @param at when it was written
	 * @param isReplaced whether another run of its name has begun since
	 */
	private record Entry(Hello hello, Instant at, boolean isReplaced) {

		Entry replaced() {
			return new Entry(this.hello, this.at, true);
		}

	}

	/**
	 * A replica, as the endpoint shows it.
	 *
	 * @param role its role, in one word that does not change
	 * @param since when it took that role, by its clock
	 * @param version its version; {@code null} if it does not know
	 * @param zoneData the version of its time zone data; {@code null} if it does not know
	 * @param clockOffset how far its clock is ahead of the broker's
	 * @param seen when its last record was written
	 * @param differs whether its schedules or settings differ from the leader's;
	 * {@code null} if no leader is known
	 */
	record Listed(String name, String role, Instant since, @Nullable String version, @Nullable String zoneData,
			@Nullable Duration clockOffset, Instant seen, @Nullable Boolean differs) {

		private static Listed of(Entry entry, boolean away, @Nullable Hello leader) {
			Hello hello = entry.hello();
			return new Listed(hello.name(), away ? AWAY : hello.role(), hello.since(), hello.version(),
					hello.zoneData(), hello.clockOffset(), entry.at(),
					(leader != null) ? !hello.configuration().equals(leader.configuration()) : null);
		}

		/** Returns the name of the leader; {@code null} if none is known. */
		static @Nullable String leader(List<Listed> replicas) {
			return replicas.stream().filter(Listed::isLeader).map(Listed::name).findFirst().orElse(null);
		}

		boolean isAway() {
			return AWAY.equals(this.role);
		}

		boolean isLeader() {
			return Role.LEADER.name().equals(this.role);
		}

	}

}
