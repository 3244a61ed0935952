package dev.ticktock.schedule;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;

/**
 * The slots that a cron expression names on the clocks of a time zone.
 *
 * <p>
 * A time that the clocks skip in spring is due at the first instant after the gap. A time
 * that they repeat in autumn is due once, the first time. A schedule runs all day if its
 * hours are the multiples of a number up to twelve. It follows real time: it is due both
 * times in autumn. If it has every hour, a time that is skipped in spring is not made up
 * for, because the hour after the gap has its own. cron (Vixie, cronie) documents a
 * similar rule.
 *
 * @param otherDays the same times on further days; {@code null} if there are none
 * @param hours the hours as bits
 */
record CronTiming(CronExpression expression, @Nullable CronExpression otherDays, ZoneId zone,
		int hours) implements Timing {

	private static final int EVERY_HOUR = multiples(1);

	private static final Set<Integer> ALL_DAY = IntStream.rangeClosed(1, 12)
		.mapToObj(CronTiming::multiples)
		.collect(Collectors.toUnmodifiableSet());

	private static final LocalDateTime MIDNIGHT = LocalDateTime.of(2000, 1, 1, 0, 0);

	/**
	 * How far back a slot before is searched. The rarest date that recurs, a 29th of
	 * February on one weekday, is 40 years apart where a century is no leap year.
	 */
	private static final Duration REACH = Duration.ofDays(41 * 366);

	CronTiming(CronExpression expression, ZoneId zone) {
		this(expression, null, zone, hours(expression));
	}

	private static int multiples(int step) {
		return IntStream.iterate(0, (hour) -> hour < 24, (hour) -> hour + step).map((hour) -> 1 << hour).sum();
	}

	static int hours(CronExpression expression) {
		String field = expression.toString().split(" ", -1)[2];
		if (field.equals("*")) {
			return EVERY_HOUR;
		}
		if (field.chars().allMatch(Character::isDigit)) {
			return 1 << Integer.parseInt(field);
		}
		CronExpression everyDay = CronExpression.parse("0 0 %s * * *".formatted(field));
		LocalDateTime end = MIDNIGHT.plusDays(1);
		int hours = 0;
		for (LocalDateTime next = everyDay.next(MIDNIGHT.minusNanos(1)); next != null
				&& next.isBefore(end); next = everyDay.next(next)) {
			hours |= 1 << next.getHour();
		}
		return hours;
	}

	/**
	 * Returns the next local time that the expression names, in one stretch of constant
	 * offset after the other. {@link CronExpression} sees local times only: on a
	 * {@link java.time.ZonedDateTime} it skips those in a gap, names those in an overlap
	 * twice, and in some zones does not even move forward.
	 */
	@Override
	public @Nullable Instant next(Instant after) {
		ZoneRules rules = this.zone.getRules();
		ZoneOffset offset = rules.getOffset(after);
		LocalDateTime from = LocalDateTime.ofInstant(after, offset);
		ZoneOffsetTransition begin = rules.isFixedOffset() ? null : rules.previousTransition(after.plusNanos(1));
		ZoneOffsetTransition end = rules.isFixedOffset() ? null : rules.nextTransition(after);
		LocalDateTime local = next(withoutRepetition(from, begin));
		while (local != null && end != null && !local.isBefore(end.getDateTimeBefore())) {
			boolean skipped = end.isGap() && local.isBefore(end.getDateTimeAfter());
			if (skipped && this.hours != EVERY_HOUR) {
				return end.getInstant();
			}
			offset = end.getOffsetAfter();
			if (skipped || end.isOverlap()) {
				local = next(withoutRepetition(end.getDateTimeAfter().minusNanos(1), end));
			}
			end = rules.nextTransition(end.getInstant());
		}
		Instant next = (local != null) ? local.toInstant(offset) : null;
		if (next != null && !next.isAfter(after)) {
			throw new IllegalStateException(
					"\"%s\" gives %s as the next slot after %s".formatted(definition(), next, after));
		}
		return next;
	}

	private @Nullable LocalDateTime next(LocalDateTime from) {
		LocalDateTime next = next(this.expression, from);
		LocalDateTime other = (this.otherDays != null) ? next(this.otherDays, from) : null;
		return (next == null || (other != null && other.isBefore(next))) ? other : next;
	}

	/**
	 * In a month that begins on a Saturday, the weekday nearest to the first is Monday
	 * the third. {@link CronExpression} does not find it if it begins on the Sunday.
	 */
	private static @Nullable LocalDateTime next(CronExpression expression, LocalDateTime from) {
		LocalDateTime next = expression.next(from);
		LocalDate begin = from.plusNanos(1).toLocalDate();
		boolean missed = begin.getDayOfMonth() == 2 && begin.getDayOfWeek() == DayOfWeek.SUNDAY
				&& expression.toString().contains("1W") && (next == null || !next.toLocalDate().equals(begin));
		return missed ? expression.next(begin.atTime(LocalTime.MAX)) : next;
	}

	/** Moves behind the local times that the clocks repeat, if those are due once. */
	private LocalDateTime withoutRepetition(LocalDateTime from, @Nullable ZoneOffsetTransition begin) {
		if (begin == null || !begin.isOverlap()) {
			return from;
		}
		LocalDateTime repeated = begin.getDateTimeBefore().minusNanos(1);
		return (from.isBefore(repeated) && !ALL_DAY.contains(this.hours)) ? repeated : from;
	}

	/**
	 * Cron expressions only search forward. So start as far before the slot as the next
	 * one is after it, and further back as long as nothing lies between. Evenly spaced
	 * slots are found at once; for the others, the slot before is the first second from
	 * which the search arrives at this slot, found by halving.
	 */
	@Override
	public @Nullable Instant previous(Instant slot) {
		Instant next = next(slot);
		Duration stretch = (next != null) ? Duration.between(slot, next) : Duration.ofDays(1);
		Instant earlier = firstBetween(slot.minus(stretch).minusSeconds(1), slot);
		for (; earlier == null; earlier = firstBetween(slot.minus(stretch).minusSeconds(1), slot)) {
			if (stretch.compareTo(REACH) > 0) {
				return null;
			}
			stretch = stretch.multipliedBy(2);
		}
		if (firstBetween(earlier, slot) == null) {
			return earlier;
		}
		long low = earlier.getEpochSecond();
		long high = slot.getEpochSecond() - 1;
		while (low < high) {
			long middle = Math.floorDiv(low + high, 2);
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
	public boolean isCountedOneByOne() {
		return true;
	}

	@Override
	public String definition() {
		return "CRON_TZ=" + this.zone + " "
				+ ((this.otherDays != null) ? Crontab.either(this.expression, this.otherDays) : this.expression);
	}

}
