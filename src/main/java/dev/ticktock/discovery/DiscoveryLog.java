package dev.ticktock.discovery;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.discovery.Audience.Unmatched;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.ScheduleFormatException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells in the log what has changed from one listing to the next, each thing once. If
 * there is too much to tell, what is new waits, and is told later if it still holds. Not
 * safe for use by several threads.
 */
final class DiscoveryLog {

	private static final Logger logger = LoggerFactory.getLogger(Discovery.class);

	/** How many names or lines a mass of changes may write into the log. */
	private static final int LOGGED_AT_MOST = 10;

	private static final Duration WRONG = Duration.ofSeconds(5);

	/** Less, so that a clock on the border is not told of again and again. */
	private static final Duration RIGHT = Duration.ofSeconds(4);

	private final String exchange;

	private final DiscoveryProperties properties;

	private final LineBudget scheduleLines;

	private final LineBudget problemLines;

	private final LineBudget keyLines;

	private Map<String, Schedule> schedules = Map.of();

	private Set<Problem> problems = Set.of();

	private Set<String> keys = Set.of();

	/** The consequence of a listing that is cut; empty if it is whole. */
	private String cut = "";

	private boolean clockIsWrong;

	DiscoveryLog(String exchange, DiscoveryProperties properties, LongSupplier nanos) {
		this.exchange = exchange;
		this.properties = properties;
		this.scheduleLines = new LineBudget(nanos);
		this.problemLines = new LineBudget(nanos);
		this.keyLines = new LineBudget(nanos);
	}

	void tellSchedules(Collection<Schedule> current) {
		Map<String, Schedule> now = new HashMap<>();
		current.forEach((schedule) -> now.put(schedule.event(), schedule));
		Map<String, Schedule> before = this.schedules;
		List<Schedule> come = matching(now, (each) -> !before.containsKey(each.event()));
		List<Schedule> gone = matching(before, (each) -> !now.containsKey(each.event()));
		List<Schedule> changed = matching(now, (each) -> {
			Schedule other = before.get(each.event());
			return other != null && !other.line().equals(each.line());
		});
		if ((come.isEmpty() && gone.isEmpty() && changed.isEmpty()) || this.scheduleLines.take(1) == 0) {
			return;
		}
		if (!come.isEmpty()) {
			logger.info("Workers have registered {}", abbreviated(come, DiscoveryLog::atLine));
		}
		if (!changed.isEmpty()) {
			logger.info("Workers have changed {}",
					abbreviated(changed, (each) -> fromLineToLine(before.getOrDefault(each.event(), each), each)));
		}
		warn(Stream.concat(come.stream(), changed.stream()));
		if (!gone.isEmpty()) {
			logger.info("No longer registered by any binding: {}", abbreviated(gone, DiscoveryLog::atLine));
		}
		this.schedules = now;
	}

	private static void warn(Stream<Schedule> fresh) {
		List<String> warnings = fresh.flatMap((schedule) -> schedule.warnings().stream()).toList();
		warnings.stream().limit(LOGGED_AT_MOST).forEach(logger::warn);
		int more = warnings.size() - LOGGED_AT_MOST;
		if (more > 0) {
			logger.warn("{} more warnings about lines of registered schedules", more);
		}
	}

	private static List<Schedule> matching(Map<String, Schedule> schedules, Predicate<Schedule> condition) {
		return schedules.values().stream().filter(condition).toList();
	}

	private static String atLine(Schedule schedule) {
		return "%s at \"%s\"".formatted(printable(schedule.event()), printable(schedule.line()));
	}

	private static String fromLineToLine(Schedule before, Schedule now) {
		return "%s from \"%s\" to \"%s\"".formatted(printable(now.event()), printable(before.line()),
				printable(now.line()));
	}

	private static String abbreviated(List<Schedule> schedules, Function<Schedule, String> description) {
		String first = schedules.stream()
			.sorted((one, other) -> one.event().compareTo(other.event()))
			.limit(LOGGED_AT_MOST)
			.map(description)
			.collect(Collectors.joining(", "));
		int more = schedules.size() - LOGGED_AT_MOST;
		return (more > 0) ? "%s and %d more".formatted(first, more) : first;
	}

	/** What a worker has written must not write lines of its own into the log. */
	private static String printable(String text) {
		return ScheduleFormatException.abbreviated(text);
	}

	void tellProblems(List<Problem> current, int count) {
		this.problems = told(current, this.problems, Function.identity(), this.problemLines, count,
				(each) -> "The binding of \"%s\" to \"%s\" registers nothing: %s"
					.formatted(printable(each.destination()), printable(each.event()), each.reason()),
				"{} more bindings register nothing");
	}

	void tellUnmatched(Audience audience) {
		List<Unmatched> unmatched = audience.unmatched();
		this.keys = told(unmatched, this.keys, Unmatched::key, this.keyLines, audience.unmatchedCount(),
				(each) -> "\"%s\" is bound to \"%s\", which no schedule publishes%s".formatted(
						printable(each.destination()), printable(each.key()),
						(each.nearest() != null) ? ". Did you mean \"%s\"?".formatted(printable(each.nearest())) : ""),
				"{} more bindings have a key that no schedule publishes");
	}

	/**
	 * Writes a line for each that has not been told.
	 * @return what has been told and still holds
	 */
	private static <T, K> Set<K> told(List<T> current, Set<K> before, Function<T, K> key, LineBudget lines, int count,
			Function<T, String> line, String rest) {
		List<T> untold = current.stream().filter((each) -> !before.contains(key.apply(each))).toList();
		int affordable = lines.take(Math.min(LOGGED_AT_MOST, untold.size()));
		Set<K> told = current.stream().map(key).collect(Collectors.toCollection(HashSet::new));
		if (!untold.isEmpty() && affordable == 0) {
			told.retainAll(before);
			return told;
		}
		untold.stream().limit(affordable).map(line).forEach(logger::warn);
		// Those beyond the sample count if there is anything new to tell at all.
		int more = untold.size() - affordable + (untold.isEmpty() ? 0 : count - current.size());
		if (more > 0) {
			logger.warn(rest, more);
		}
		return told;
	}

	void tellBounds(Listing listing) {
		String consequence = listing.whole() ? "" : listing.everyRequest()
				? "All that ask for a schedule are among them"
				: "Existing schedules stay in force until this replica restarts; a new one beyond the limit does not start";
		if (consequence.equals(this.cut)) {
			return;
		}
		this.cut = consequence;
		if (listing.whole()) {
			logger.info("All bindings of exchange \"{}\" are read again", this.exchange);
		}
		else {
			logger.warn(
					"Exchange \"{}\" has more bindings than are read: only {} are, within ticktock.discovery.max-bindings ({}) and .max-listing-size ({}). {}. Remove bindings that are not needed, or raise the limits",
					this.exchange, listing.bindings().size(), this.properties.maxBindings(),
					this.properties.maxListingSize(), consequence);
		}
	}

	void tellClocks(@Nullable ClockReading clocks) {
		if (clocks == null) {
			return;
		}
		if (!this.clockIsWrong && clocks.areApartBeyond(WRONG)) {
			this.clockIsWrong = true;
			logger.warn(
					"This machine's clock is {} {} the broker's: here it is {}, there {}. Ticks are published by this clock. Find out which one is wrong, and set both by NTP",
					clocks.offset().abs(), clocks.offset().isNegative() ? "behind" : "ahead of", clocks.here(),
					clocks.broker());
		}
		else if (this.clockIsWrong && !clocks.areApartBeyond(RIGHT)) {
			this.clockIsWrong = false;
			logger.info("This machine's clock and the broker's agree again");
		}
	}

}
