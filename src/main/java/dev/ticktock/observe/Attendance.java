package dev.ticktock.observe;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;

import dev.ticktock.message.Hello;
import org.jspecify.annotations.Nullable;

/**
 * The replicas at one moment.
 *
 * @param lines the replicas, in the order of their names
 * @param leader the one that leads; {@code null} if nobody has heard of one
 */
record Attendance(List<Line> lines, @Nullable Line leader) {

	/** The role of a replica that is not heard any more. */
	static final String AWAY = "AWAY";

	Attendance {
		lines = lines.stream()
			.sorted(Comparator.comparing((Line line) -> line.hello().name())
				.thenComparing((line) -> line.hello().run()))
			.toList();
	}

	/** Returns what the endpoint says of them. */
	List<Overview.Member> members() {
		return this.lines.stream().map((line) -> {
			Hello hello = line.hello();
			return new Overview.Member(hello.name(), line.away() ? AWAY : hello.role(), hello.since(), hello.version(),
					hello.zoneData(), hello.clockOffset(), line.seen(),
					(this.leader != null) ? hasOtherSchedules(line) || hasOtherSettings(line) : null);
		}).toList();
	}

	/** Returns the name of the one that leads; {@code null} if nobody has heard of it. */
	@Nullable String leaderName() {
		return (this.leader != null) ? this.leader.hello().name() : null;
	}

	/** Counts them, in words. */
	String describe() {
		long away = this.lines.stream().filter(Line::away).count();
		long present = this.lines.size() - away;
		return "%d %s%s".formatted(present, (present == 1) ? "replica" : "replicas",
				(away > 0) ? " and %d away".formatted(away) : "");
	}

	/** Returns the names of those that are there and have other schedules. */
	List<String> withOtherSchedules() {
		return present(this::hasOtherSchedules);
	}

	/** Returns the names of those that are there and have other time zone data. */
	List<String> withOtherZoneData() {
		return present((line) -> this.leader != null && line.hello().zoneData() != null
				&& this.leader.hello().zoneData() != null
				&& !line.hello().zoneData().equals(this.leader.hello().zoneData()));
	}

	/** Returns the names of those that are there and have other settings. */
	List<String> withOtherSettings() {
		return present(this::hasOtherSettings);
	}

	/** Returns the names that more than one has that is there. */
	List<String> namesOfSeveral() {
		TreeMap<String, Integer> counts = new TreeMap<>();
		present((line) -> true).forEach((name) -> counts.merge(name, 1, Integer::sum));
		counts.values().removeIf((count) -> count == 1);
		return List.copyOf(counts.keySet());
	}

	private List<String> present(Predicate<Line> which) {
		return this.lines.stream()
			.filter((line) -> !line.away() && which.test(line))
			.map((line) -> line.hello().name())
			.toList();
	}

	private boolean hasOtherSchedules(Line line) {
		return this.leader != null
				&& !line.hello().configuration().schedules().equals(this.leader.hello().configuration().schedules());
	}

	/** Another version may have other settings, so that nothing can be said of it. */
	private boolean hasOtherSettings(Line line) {
		if (this.leader == null || !Objects.equals(line.hello().version(), this.leader.hello().version())) {
			return false;
		}
		return !line.hello().configuration().settings().equals(this.leader.hello().configuration().settings());
	}

	/**
	 * One replica.
	 *
	 * @param hello what it said last
	 * @param seen when it did
	 * @param away whether it is not heard any more
	 */
	record Line(Hello hello, Instant seen, boolean away) {

	}

}
