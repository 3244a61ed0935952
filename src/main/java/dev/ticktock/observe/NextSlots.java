package dev.ticktock.observe;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.schedule.Hold;
import dev.ticktock.schedule.Holds;
import dev.ticktock.schedule.Schedule;
import dev.ticktock.schedule.Schedules;
import org.jspecify.annotations.Nullable;

/**
 * The next slot of every schedule. Computing 100,000 takes a while, so one is computed
 * again only when its slot has passed or the schedule has changed. Safe for use by
 * several threads.
 */
final class NextSlots {

	private static final int AT_ONCE = 5;

	private Map<String, Schedule> schedules = Map.of();

	private Holds holds = Holds.NONE;

	private List<Row> rows = List.of();

	private Instant computed = Instant.MIN;

	/** Returns a few slots, in the schedule's time zone. */
	static List<OffsetDateTime> after(Instant now, Schedule schedule) {
		ZoneId zone = Objects.requireNonNullElse(schedule.timing().zone(), ZoneOffset.UTC);
		return Stream.iterate(Row.next(schedule, now), Objects::nonNull, (slot) -> Row.next(schedule, slot))
			.limit(AT_ONCE)
			.map((slot) -> slot.atZone(zone).toOffsetDateTime())
			.toList();
	}

	/** Returns the schedules with their next slots, in the order of their events. */
	synchronized List<Row> at(Instant now, Schedules current, Holds held) {
		boolean setBack = now.isBefore(this.computed);
		if (setBack || !held.equals(this.holds) || !current.byEvent().equals(this.schedules)) {
			Map<String, Row> known = (setBack ? List.<Row>of() : this.rows).stream()
				.collect(Collectors.toMap((row) -> row.schedule().event(), Function.identity()));
			this.rows = current.all().stream().map((schedule) -> {
				Row before = known.get(schedule.event());
				Row row = (before != null && before.schedule().equals(schedule)) ? before : Row.of(schedule, now);
				return row.on(held.of(schedule.event()));
			}).toList();
			this.schedules = current.byEvent();
			this.holds = held;
		}
		this.rows = this.rows.stream().map((row) -> row.at(now)).toList();
		this.computed = now;
		return this.rows;
	}

	/**
	 * A schedule and its next slot.
	 *
	 * @param next the next slot; {@code null} if there is none, or it cannot be told
	 * @param gap the time between two slots, as it was when the schedule was first seen;
	 * {@code null} if there are not two
	 * @param hold the hold that it is on; {@code null} if it is on none
	 */
	record Row(Schedule schedule, @Nullable Instant next, @Nullable Duration gap, @Nullable Hold hold) {

		/** Returns the row whose tick comes next; {@code null} if none does. */
		static @Nullable Row first(Stream<Row> rows) {
			return rows.filter((row) -> row.next() != null && row.hold() == null)
				.min(Comparator.comparing((row) -> Objects.requireNonNull(row.next())))
				.orElse(null);
		}

		static Row of(Schedule schedule, Instant now) {
			Instant next = next(schedule, now);
			Instant afterNext = (next != null) ? next(schedule, next) : null;
			return new Row(schedule, next, (afterNext != null) ? Duration.between(next, afterNext) : null, null);
		}

		private static @Nullable Instant next(Schedule schedule, Instant now) {
			try {
				return schedule.timing().next(now);
			}
			catch (RuntimeException ex) {
				// The ticker logs it, and goes on without the schedule as well.
				return null;
			}
		}

		Row at(Instant now) {
			return (this.next == null || this.next.isAfter(now)) ? this
					: new Row(this.schedule, next(this.schedule, now), this.gap, this.hold);
		}

		Row on(@Nullable Hold latest) {
			return Objects.equals(latest, this.hold) ? this : new Row(this.schedule, this.next, this.gap, latest);
		}

	}

}
