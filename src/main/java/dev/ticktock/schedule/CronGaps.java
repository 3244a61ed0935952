package dev.ticktock.schedule;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

import org.springframework.scheduling.support.CronExpression;

/**
 * How close two slots of a cron expression come, on clocks that nobody changes. The
 * seconds, minutes and hours are the same on each day that the expression names; so it
 * takes a look at each field, not at each slot.
 */
final class CronGaps {

	private static final LocalDateTime BEGIN = LocalDate.of(2000, 1, 1).atStartOfDay();

	/** The days that an expression names have come round by then. */
	private static final LocalDateTime END = BEGIN.plusYears(41);

	private static final int MINUTE = 60;

	private static final int HOUR = 3600;

	private static final int DAY = 86_400;

	private final String[] fields;

	private final boolean daily;

	/**
	 * Creates an instance.
	 * @param daily whether other days than those of the expression are due too, so that
	 * days may follow each other
	 */
	CronGaps(CronExpression expression, boolean daily) {
		this.fields = expression.toString().split("\\s+", -1);
		this.daily = daily;
	}

	/** Says whether two slots are ever closer than that. */
	boolean areEverCloserThan(Duration period) {
		long bound = period.toSeconds() + ((period.toNanosPart() > 0) ? 1 : 0);
		if (bound <= 1) {
			return false;
		}
		int[] seconds = values("%s * * * * *".formatted(this.fields[0]), ChronoUnit.SECONDS, MINUTE);
		int[] minutes = values("0 %s * * * *".formatted(this.fields[1]), ChronoUnit.MINUTES, MINUTE);
		int[] hours = values("0 0 %s * * *".formatted(this.fields[2]), ChronoUnit.HOURS, DAY / HOUR);
		// From the last second of a minute to the first of the next that is named, and so
		// on.
		int nextMinute = first(seconds) - last(seconds);
		int nextHour = nextMinute + MINUTE * (first(minutes) - last(minutes));
		int nextDay = nextHour + HOUR * (first(hours) - last(hours));
		if (closest(seconds) < bound || MINUTE * (long) closest(minutes) + nextMinute < bound
				|| HOUR * (long) closest(hours) + nextHour < bound) {
			return true;
		}
		// Days that follow each other are rarely needed, and take longest.
		return DAY + nextDay < bound && (this.daily || DAY * closestDays() + nextDay < bound);
	}

	private static int first(int[] values) {
		return values[0];
	}

	private static int last(int[] values) {
		return values[values.length - 1];
	}

	/** Returns the values of a field, from an expression that is due at each of them. */
	private static int[] values(String expression, ChronoUnit unit, int count) {
		CronExpression field = CronExpression.parse(expression);
		LocalDateTime end = BEGIN.plus(count, unit);
		List<Integer> values = new ArrayList<>();
		for (LocalDateTime next = field.next(BEGIN.minusNanos(1)); next != null
				&& next.isBefore(end); next = field.next(next)) {
			values.add(Math.toIntExact(unit.between(BEGIN, next)));
		}
		return values.stream().mapToInt(Integer::intValue).toArray();
	}

	/** Returns the least difference, which is without end if there is one value. */
	private static int closest(int[] values) {
		int least = Integer.MAX_VALUE;
		for (int i = 1; i < values.length; i++) {
			least = Math.min(least, values[i] - values[i - 1]);
		}
		return least;
	}

	private long closestDays() {
		CronExpression days = CronExpression
			.parse("0 0 0 %s %s %s".formatted(this.fields[3], this.fields[4], this.fields[5]));
		long least = ChronoUnit.DAYS.between(BEGIN, END);
		LocalDateTime day = days.next(BEGIN.minusNanos(1));
		while (day != null && day.isBefore(END) && least > 1) {
			LocalDateTime next = days.next(day);
			if (next != null) {
				least = Math.min(least, ChronoUnit.DAYS.between(day, next));
			}
			day = next;
		}
		return least;
	}

}
