package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.ticktock.journal.JournalListener;
import dev.ticktock.leader.Role;
import dev.ticktock.message.JournalRecord;
import dev.ticktock.message.ReplicaInfo;
import org.jspecify.annotations.Nullable;

/**
 * The replicas, by the records that they write to the journal every 20 s and whenever
 * their role changes. A fold without a clock: this replica reads its own records too, so
 * one that is silent while others are not is away, and while none can be read, none goes
 * away. A replica whose last record says that it leads is away once another has begun to.
 * Safe for use by several threads.
 */
final class Replicas implements JournalListener {

	static final String AWAY = "AWAY";

	private static final Duration AWAY_AFTER = ReplicaInfo.INTERVAL.multipliedBy(3);

	private static final Duration FORGOTTEN_AFTER = AWAY_AFTER.plusMinutes(10);

	private final Map<String, Entry> byRun = new HashMap<>();

	/** The run that was the last to record that it leads. */
	private @Nullable String leader;

	private Instant newest = Instant.EPOCH;

	@Override
	public void take(JournalRecord record, Instant at) {
		if (record instanceof JournalRecord.Replica replica) {
			replica(replica.info(), at);
		}
	}

	synchronized void replica(ReplicaInfo info, Instant at) {
		this.newest = at;
		this.byRun.values().removeIf((entry) -> isSilent(entry, FORGOTTEN_AFTER));
		if (ReplicaInfo.GONE.equals(info.role())) {
			this.byRun.remove(info.run());
			return;
		}
		if (!this.byRun.containsKey(info.run())) {
			// A process that was killed has no record any more.
			this.byRun.replaceAll((run, entry) -> entry.info().name().equals(info.name())
					? new Entry(entry.info(), entry.at(), true) : entry);
		}
		this.byRun.put(info.run(), new Entry(info, at, false));
		if (isLeader(info)) {
			this.leader = info.run();
		}
	}

	private static boolean isLeader(ReplicaInfo info) {
		return Role.LEADER.name().equals(info.role());
	}

	private boolean isSilent(Entry entry, Duration limit) {
		return Duration.between(entry.at(), this.newest).compareTo(limit) > 0;
	}

	/**
	 * Returns the replicas, in the order of their names. At most one of them is leader.
	 * @param own this replica as it is now
	 */
	synchronized List<Listed> list(ReplicaInfo own) {
		Map<String, Entry> entries = new HashMap<>(this.byRun);
		entries.values().removeIf(Entry::isReplaced);
		entries.put(own.run(), new Entry(own, own.at(), false));
		String leading = isLeader(own) ? own.run() : this.leader;
		Entry leader = entries.get(leading);
		ReplicaInfo compared = (leader != null && !isAway(leader, leading, own) && isLeader(leader.info()))
				? leader.info() : null;
		return entries.values()
			.stream()
			.sorted(Comparator.comparing((Entry entry) -> entry.info().name())
				.thenComparing((entry) -> entry.info().run()))
			.map((entry) -> listed(entry, isAway(entry, leading, own), compared))
			.toList();
	}

	private static Listed listed(Entry entry, boolean away, @Nullable ReplicaInfo leader) {
		ReplicaInfo info = entry.info();
		return new Listed(info.name(), away ? AWAY : info.role(), info.since(), info.version(), info.zoneData(),
				info.clockOffset(), entry.at(),
				(leader != null) ? !info.configuration().equals(leader.configuration()) : null);
	}

	private boolean isAway(Entry entry, @Nullable String leading, ReplicaInfo own) {
		ReplicaInfo info = entry.info();
		return !info.run().equals(own.run())
				&& (isSilent(entry, AWAY_AFTER) || (isLeader(info) && !info.run().equals(leading)));
	}

	/** The last record of a run, and whether another run of its name has begun since. */
	private record Entry(ReplicaInfo info, Instant at, boolean isReplaced) {

	}

	/** A replica, as the endpoint shows it, described in {@code docs/endpoint.md}. */
	record Listed(String name, String role, Instant since, @Nullable String version, @Nullable String zoneData,
			@Nullable Duration clockOffset, Instant seen, @Nullable Boolean differs) {

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
