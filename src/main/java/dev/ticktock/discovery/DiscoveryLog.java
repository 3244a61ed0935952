package dev.ticktock.discovery;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.ticktock.discovery.Audience.Unmatched;
import dev.ticktock.discovery.Registrar.Registrations;
import dev.ticktock.schedule.Hold;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Quotable;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.time.Throttle;
import dev.ticktock.time.Uptime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what has changed from one listing to the next, each thing once. Ten changes of a
 * kind are logged at once; if they go on, one line a minute has all that have gathered.
 */
final class DiscoveryLog {

	private static final Logger logger = LoggerFactory.getLogger(Discovery.class);

	/** How many names one line has, or lines one change. */
	private static final int LOGGED_AT_MOST = 10;

	private static final Duration WRONG = Duration.ofSeconds(5);

	private final String exchange;

	private final DiscoveryProperties properties;

	private final Throttle failures;

	private final Throttle clockLines;

	private final Logged<Schedule> schedules;

	private final Logged<Problem> problems;

	private final Logged<Problem> over;

	private final Logged<Unmatched> unmatched;

	private final Logged<Hold> holds;

	private @Nullable String failure;

	private boolean whole = true;

	private boolean clockIsWrong;

	DiscoveryLog(String exchange, DiscoveryProperties properties, Uptime uptime) {
		this.exchange = exchange;
		this.properties = properties;
		this.failures = new Throttle(uptime);
		this.clockLines = new Throttle(uptime, LOGGED_AT_MOST);
		this.schedules = new Logged<>(uptime);
		this.problems = new Logged<>(uptime);
		this.over = new Logged<>(uptime);
		this.unmatched = new Logged<>(uptime);
		this.holds = new Logged<>(uptime);
	}

	/** Logs a failure to read the bindings, unless it is the same as the last. */
	void failed(String consequence, String reason, @Nullable RuntimeException fault) {
		if (reason.equals(this.failure)) {
			return;
		}
		this.failures.take((others) -> {
			this.failure = reason;
			logger.warn("{} until the bindings of exchange \"{}\" can be read: {}", consequence, this.exchange, reason,
					fault);
		});
	}

	void read(Listing listing, Registrations found, Audience audience, Holds holds) {
		if (this.failure != null) {
			this.failure = null;
			logger.info("The bindings of exchange \"{}\" can be read again", this.exchange);
		}
		if (listing.clockOffset() != null) {
			logClocks(listing.clockOffset());
		}
		if (this.whole && !listing.whole()) {
			logger.warn(
					"Exchange \"{}\" has more bindings than are read: only {} are, within ticktock.discovery.max-bindings ({}) and .max-listing-size ({}). Existing schedules stay in force until this replica restarts; a new one beyond the limit does not start. Remove bindings that are not needed, or raise the limits",
					this.exchange, listing.bindings().size(), this.properties.maxBindings(),
					this.properties.maxListingSize());
		}
		this.whole = listing.whole();
		log(this.schedules, found.schedules(), Schedule::event, DiscoveryLog::described, "Workers have registered {}",
				"No longer registered: {}")
			.stream()
			.flatMap((each) -> each.warnings().stream())
			.limit(LOGGED_AT_MOST)
			.forEach(logger::warn);
		log(this.holds, holds.all(), Hold::key, DiscoveryLog::described, "On hold: {}", "No longer on hold: {}");
		log(this.problems, found.problems(), found.problemCount(),
				(each) -> "The binding of %s to %s registers nothing: %s".formatted(quoted(each.destination()),
						quoted(each.event()), each.reason()),
				"{} more bindings register nothing");
		this.over.take(found.over(), LOGGED_AT_MOST)
			.forEach((each) -> logger.info("The binding of {} to {} registers nothing any more: {}",
					quoted(each.destination()), quoted(each.event()), each.reason()));
		log(this.unmatched, audience.unmatched(), audience.unmatchedCount(),
				(each) -> "%s is bound to %s, which no schedule publishes%s".formatted(quoted(each.destination()),
						quoted(each.key()),
						(each.nearest() != null) ? ". Did you mean %s?".formatted(quoted(each.nearest())) : ""),
				"{} more bindings have a key that no schedule publishes");
	}

	private void logClocks(Duration offset) {
		boolean wrong = offset.abs().compareTo(WRONG) > 0;
		if (wrong == this.clockIsWrong || !this.clockLines.takes()) {
			return;
		}
		this.clockIsWrong = wrong;
		if (wrong) {
			logger.warn(
					"This machine's clock is {} {} the broker's. Ticks are published by this clock. Find out which one is wrong, and set both by NTP",
					offset.abs(), offset.isNegative() ? "behind" : "ahead of");
		}
		else {
			logger.info("This machine's clock and the broker's agree again");
		}
	}

	/**
	 * Logs what is new and what is gone, and returns what is new. An entry that has only
	 * changed is not gone.
	 * @param key what an entry keeps when it changes
	 */
	private static <T> List<T> log(Logged<T> kind, Collection<T> current, Function<T, String> key,
			Function<T, String> naming, String come, String gone) {
		Set<T> before = kind.logged;
		List<T> fresh = kind.take(current, Integer.MAX_VALUE);
		if (!fresh.isEmpty()) {
			logger.info(come, abbreviated(fresh, naming));
		}
		Set<String> still = kind.logged.stream().map(key).collect(Collectors.toSet());
		List<T> left = before.stream().filter((each) -> !still.contains(key.apply(each))).toList();
		if (!left.isEmpty()) {
			logger.info(gone, abbreviated(left, naming));
		}
		return fresh;
	}

	private static String described(Hold hold) {
		return quoted(hold.key()) + Quotable.of(hold.describe());
	}

	private static String described(Schedule schedule) {
		return "%s at %s".formatted(Quotable.of(schedule.event()), quoted(schedule.line()));
	}

	private static <T> String abbreviated(List<T> some, Function<T, String> naming) {
		String first = some.stream().limit(LOGGED_AT_MOST).map(naming).collect(Collectors.joining(", "));
		int more = some.size() - LOGGED_AT_MOST;
		return (more > 0) ? "%s and %d more".formatted(first, more) : first;
	}

	/** A name that a worker has chosen must not write lines of its own into the log. */
	private static String quoted(String text) {
		return "\"%s\"".formatted(Quotable.of(text));
	}

	/** Those beyond ten have their turn at the next reading. */
	private static <T> void log(Logged<T> kind, Collection<T> current, int count, Function<T, String> line,
			String rest) {
		List<T> fresh = kind.take(current, LOGGED_AT_MOST);
		fresh.stream().map(line).forEach(logger::warn);
		int more = count - kind.logged.size();
		if (!fresh.isEmpty() && more > 0) {
			logger.warn(rest, more);
		}
	}

	/** Remembers what of one kind has been logged, and paces what is new. */
	private static final class Logged<T> {

		private final Throttle changes;

		private Set<T> logged = Set.of();

		Logged(Uptime uptime) {
			this.changes = new Throttle(uptime, LOGGED_AT_MOST);
		}

		/**
		 * Returns what is to be logged now, which is not more than a number; what is new
		 * waits if there was too much.
		 */
		List<T> take(Collection<T> current, int most) {
			List<T> fresh = current.stream().filter((each) -> !this.logged.contains(each)).limit(most).toList();
			boolean changed = !fresh.isEmpty() || !current.containsAll(this.logged);
			if (!changed || !this.changes.takes()) {
				return List.of();
			}
			Set<T> now = new HashSet<>(current);
			now.retainAll(this.logged);
			now.addAll(fresh);
			this.logged = now;
			return fresh;
		}

	}

}
