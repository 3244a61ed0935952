package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;

/**
 * The slots that a cron expression names on the clocks of a time zone.
 */
record CronTiming(CronExpression expression, ZoneId zone) implements Timing {

	/**
	 * How far back a slot before is looked for. The rarest date that recurs, a 29th of
	 * February on one weekday, is 40 years apart where a century is no leap year.
	 */
	private static final Duration REACH = Duration.ofDays(41 * 366);

	@Override
	public @Nullable Instant next(Instant after) {
		ZonedDateTime next = this.expression.next(after.atZone(this.zone));
		return (next != null) ? next.toInstant() : null;
	}

	/**
	 * Cron expressions only look ahead. So start as far before the slot as the next one
	 * is after it, and further back as long as nothing lies between. Evenly spaced slots
	 * are found at once; for the others, the slot before is the first second from which
	 * one looks ahead to this slot, found by halving.
	 */
	@Override
	public @Nullable Instant previous(Instant slot) {
		Instant next = next(slot);
		Duration stretch = (next != null) ? Duration.between(slot, next) : Duration.ofDays(1);
		Instant earlier = firstBetween(slot.minus(stretch).minusSeconds(1), slot);
		while (earlier == null) {
			if (stretch.compareTo(REACH) > 0) {
				return null;
			}
			stretch = stretch.multipliedBy(2);
			earlier = firstBetween(slot.minus(stretch).minusSeconds(1), slot);
		}
		if (firstBetween(earlier, slot) == null) {
			return earlier;
		}
		long low = earlier.getEpochSecond();
		long high = slot.getEpochSecond() - 1;
		while (low < high) {
			long middle = (low + high) >>> 1;
			if (firstBetween(Instant.ofEpochSecond(middle), slot) != null) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return Instant.ofEpochSecond(low);
	}

	private @Nullable Instant firstBetween(Instant after, Instant before) {
		Instant next = next(after);
		return (next != null && next.isBefore(before)) ? next : null;
	}

	@Override
	public long count(Instant after, Instant before, long limit) {
		long count = 0;
		for (Instant slot = next(after); slot != null && slot.isBefore(before) && count < limit; slot = next(slot)) {
			count++;
		}
		return count;
	}

	@Override
	public String definition(String line) {
		return "CRON_TZ=%s %s".formatted(this.zone, this.expression);
	}

}
