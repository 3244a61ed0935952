package dev.ticktock.observe;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.ticktock.journal.JournalRecords;
import dev.ticktock.leader.Role;
import dev.ticktock.message.Hello;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;

/**
 * Knows which replicas there are, by what they say on the journal. One that has missed
 * three hellos is away, and one that has been away for ten minutes is forgotten. While
 * nobody can be heard, nobody goes away. Bounded, and safe for use by several threads.
 */
final class Roster implements JournalRecords {

	/** How many replicas are known at most; the one heard longest ago goes first. */
	static final int MOST = 100;

	/** How many hellos a replica may miss. */
	static final int PACES = 3;

	/** For how long one that is away is remembered. */
	static final Duration REMEMBERED = Duration.ofMinutes(10);

	/** The pace of one replica, or two. */
	static final Duration SHORTEST_PACE = Duration.ofSeconds(20);

	/** The time between two hellos of more replicas, all together. */
	static final Duration SHARE = Duration.ofSeconds(10);

	/** How often {@link #listening()} is called at least. */
	private static final Duration LISTENING = Duration.ofSeconds(5);

	private final Clock clock;

	private final Uptime uptime;

	private final Map<String, Entry> byRun = new HashMap<>();

	/** How many hellos have been heard. */
	private long heard;

	/** The run that has begun to lead last; {@code null} if none is known. */
	private @Nullable String leader;

	/** The number of the hello that said so. */
	private long led;

	/** The uptime at which hellos were last known to be heard. */
	private Duration listened = Duration.ZERO;

	/** The uptime since which they have been heard again, after a disturbance. */
	private Duration resumed = Duration.ofDays(-365);

	private boolean begun;

	Roster(Clock clock, Uptime uptime) {
		this.clock = clock;
		this.uptime = uptime;
	}

	@Override
	public synchronized void hello(Hello hello, Instant at) {
		Entry before = this.byRun.get(hello.run());
		if (hello.isGoodbye()) {
			this.byRun.remove(hello.run());
			return;
		}
		this.heard++;
		if (isLeader(hello) && (before == null || !hello.isAsBefore(before.hello()))) {
			this.leader = hello.run();
			this.led = this.heard;
		}
		Duration ago = Duration.between(at, this.clock.instant());
		this.byRun.put(hello.run(), new Entry(hello, at, this.uptime.now().minus(ago),
				(before != null) ? before.first() : this.heard, this.heard));
		if (this.byRun.size() > MOST) {
			this.byRun.values()
				.remove(this.byRun.values().stream().min(Comparator.comparingLong(Entry::last)).orElseThrow());
		}
	}

	private static boolean isLeader(Hello hello) {
		return Role.LEADER.name().equals(hello.role());
	}

	/** Takes in that hellos are heard as they are said. */
	synchronized void listening() {
		if (this.begun && this.uptime.isOver(LISTENING, this.listened)) {
			this.resumed = this.uptime.now();
		}
		this.begun = true;
		this.listened = this.uptime.now();
	}

	/** Returns how long a replica may take until it says hello again. */
	synchronized Duration pace() {
		long present = entries().stream().filter((entry) -> !isAway(entry)).count();
		Duration shared = SHARE.multipliedBy(present);
		return (shared.compareTo(SHORTEST_PACE) > 0) ? shared : SHORTEST_PACE;
	}

	/**
	 * Returns the replicas, in the order of their names.
	 * @param own what the replica that is asked says of itself now
	 */
	synchronized Attendance attendance(Hello own) {
		List<Attendance.Line> lines = new ArrayList<>();
		lines.add(new Attendance.Line(own, own.at(), false));
		Attendance.Line leading = isLeader(own) ? lines.get(0) : null;
		for (Entry entry : entries()) {
			Attendance.Line line = new Attendance.Line(entry.hello(), entry.at(), isAway(entry));
			if (!entry.hello().run().equals(own.run())) {
				lines.add(line);
				if (leading == null && !line.away() && entry.hello().run().equals(this.leader)
						&& isLeader(entry.hello())) {
					leading = line;
				}
			}
		}
		return new Attendance(lines, leading);
	}

	/** Returns those that are not forgotten, nor replaced by another run. */
	private List<Entry> entries() {
		this.byRun.values().removeIf((entry) -> silence(entry).compareTo(limit(entry).plus(REMEMBERED)) > 0);
		Map<String, Long> newest = new HashMap<>();
		this.byRun.values().forEach((entry) -> newest.merge(entry.hello().name(), entry.first(), Math::max));
		return this.byRun.values()
			.stream()
			.filter((entry) -> entry.last() >= newest.getOrDefault(entry.hello().name(), 0L))
			.toList();
	}

	/** What says that it leads, and has not said so since another began to, does not. */
	private boolean isAway(Entry entry) {
		return silence(entry).compareTo(limit(entry)) > 0 || (isLeader(entry.hello()) && entry.last() < this.led);
	}

	private static Duration limit(Entry entry) {
		return entry.hello().pace().multipliedBy(PACES);
	}

	private Duration silence(Entry entry) {
		Duration now = this.uptime.now();
		Duration end = (this.begun && this.uptime.isOver(LISTENING, this.listened)) ? this.listened : now;
		Duration since = (this.resumed.compareTo(entry.heard()) > 0) ? this.resumed : entry.heard();
		return end.minus(since);
	}

	/**
	 * The last hello of a run.
	 *
	 * @param at when it was heard
	 * @param heard the uptime at that moment, which may lie before the start
	 * @param first the number of its first hello
	 * @param last the number of this one
	 */
	private record Entry(Hello hello, Instant at, Duration heard, long first, long last) {

	}

}
