package dev.ticktock.schedule;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;

import dev.ticktock.schedule.ScheduleFormatException.Part;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

/**
 * An event, when it is due, and how long its ticks are worth running.
 *
 * @param event the name, and the routing key of the ticks: 1 to 255 bytes of UTF-8
 * @param line the timing as it was written
 * @param timing the slots
 * @param validity how long a tick is worth running
 * @param origin where it comes from
 * @param data what its ticks carry for the workers; {@code null} for none
 */
public record Schedule(String event, String line, Timing timing, Validity validity, Origin origin,
		@Nullable String data) {

	/** The longest routing key that AMQP can carry, in bytes of UTF-8. */
	private static final int LONGEST_EVENT = 255;

	/** A schedule is held in memory, and is part of each listing of bindings. */
	private static final int MOST_DATA = 4096;

	public static final String NAME_THE_DAYS = "Write the day that is meant by its name";

	/**
	 * Parses a schedule as people write it.
	 * @param zone the time zone beside the line; {@code null} for the one that the line
	 * names, or else the default
	 * @param validity a duration; {@code null} for the default
	 * @throws ScheduleFormatException if one of these is wrong, if the line names another
	 * zone than the one beside it, or never comes due
	 */
	public static Schedule parse(Origin origin, String event, String line, @Nullable String zone,
			@Nullable String validity, Defaults defaults) {
		ZoneId beside = (zone != null) ? read(event, Part.ZONE, zone, TimingParser::zone) : defaults.zone();
		Validity given = validity(event, validity, defaults.maxValidity());
		checkEvent(event, line);
		Timing timing = TimingParser.parse(event, line, beside);
		ZoneId within = TimingParser.zoneIn(line);
		if (zone != null && within != null && !within.normalized().equals(beside.normalized())) {
			throw new ScheduleFormatException(event, Part.ZONE, zone,
					"the line names another zone, \"%s\"".formatted(within), null);
		}
		// There is no next slot that would limit it.
		Validity own = (timing instanceof OnceTiming) ? Validity.of(given.atMost()) : given;
		return new Schedule(event, line, timing, own, origin, null);
	}

	private static void checkEvent(String event, String line) {
		int length = event.getBytes(StandardCharsets.UTF_8).length;
		if (length < 1 || length > LONGEST_EVENT) {
			throw new ScheduleFormatException(event, Part.EVENT, line,
					"its event has %d bytes; a routing key has 1 to %d".formatted(length, LONGEST_EVENT), null);
		}
		if (event.chars().anyMatch(Character::isISOControl)) {
			throw new ScheduleFormatException(event, Part.EVENT, line, "its event contains control characters", null);
		}
	}

	/**
	 * Returns the same schedule with a beginning and an end.
	 * @param from the first instant, a local time or a day; {@code null} for none
	 * @param until the last instant, a local time or a day; {@code null} for none
	 * @param zone the time zone beside the line, if there is one
	 * @throws ScheduleFormatException if one of these is wrong, or there is no slot
	 */
	public Schedule between(@Nullable String from, @Nullable String until, @Nullable String zone, Defaults defaults) {
		if (from == null && until == null) {
			return this;
		}
		ZoneId within = TimingParser.zoneIn(this.line);
		ZoneId local = (within != null) ? within
				: (zone != null) ? read(this.event, Part.ZONE, zone, TimingParser::zone) : defaults.zone();
		Timing limited = BetweenTiming.of(this.timing, bound(Part.FROM, from, local), bound(Part.UNTIL, until, local));
		if (limited.next(Instant.EPOCH) == null) {
			throw new ScheduleFormatException(this.event, (until != null) ? Part.UNTIL : Part.FROM,
					(until != null) ? until : String.valueOf(from), "no slot lies between the beginning and the end",
					"Use an earlier beginning or a later end.", null);
		}
		return new Schedule(this.event, "%s%s%s".formatted(limit("@from", from), limit("@until", until), this.line),
				limited, this.validity, this.origin, this.data);
	}

	/**
	 * Returns the same schedule with data that its ticks carry.
	 * @throws ScheduleFormatException if that is too long
	 */
	public Schedule carrying(@Nullable String text) {
		if (text == null) {
			return this;
		}
		if (text.getBytes(StandardCharsets.UTF_8).length > MOST_DATA) {
			throw new ScheduleFormatException(this.event, Part.DATA, Quotable.of(text),
					"it has more than %d bytes".formatted(MOST_DATA), null);
		}
		return new Schedule(this.event, this.line, this.timing, this.validity, this.origin, text);
	}

	private @Nullable Instant bound(Part part, @Nullable String text, ZoneId zone) {
		return (text != null)
				? read(this.event, part, text, (each) -> TimingParser.bound(each, zone, part == Part.UNTIL)) : null;
	}

	private static String limit(String word, @Nullable String text) {
		return (text != null) ? "%s %s ".formatted(word, text.strip().replaceAll("\\s+", "T")) : "";
	}

	private static Validity validity(String event, @Nullable String validity, Duration maxValidity) {
		if (validity == null || validity.isBlank()) {
			return Validity.halfTheGap(maxValidity);
		}
		return read(event, Part.VALIDITY, validity,
				(text) -> Validity.of(DurationStyle.detectAndParse(Quotable.of(text.strip()))));
	}

	private static <T> T read(String event, Part part, String text, Function<String, T> reader) {
		try {
			return reader.apply(text);
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw new ScheduleFormatException(event, part, text, String.valueOf(ex.getMessage()), ex);
		}
	}

	public String definition() {
		return this.timing.definition();
	}

	/** Whether it is due once only. */
	public boolean isOnce() {
		return this.timing instanceof OnceTiming;
	}

	/**
	 * Returns the instant from which no tick is worth running; {@code null} if there is
	 * always another slot.
	 */
	public @Nullable Instant end() {
		Instant last = this.timing.last();
		return (last != null) ? this.validity.until(last, this.timing.nextWithoutEnd(last)) : null;
	}

	/** Whether no tick is worth running any more. */
	public boolean isOver(Instant now) {
		Instant slot = this.timing.next(now);
		Instant end = (slot == null) ? end() : null;
		return end != null && !end.isAfter(now);
	}

	/**
	 * Whether a schedule with that definition is due at the same slots, however it is
	 * written.
	 */
	public boolean isDueAs(String definition) {
		if (definition.equals(definition())) {
			return true;
		}
		try {
			return TimingParser.parse(this.event, definition, ZoneOffset.UTC).equals(this.timing);
		}
		catch (ScheduleFormatException ex) {
			// Another version of TickTock has written it.
			return false;
		}
	}

	/**
	 * Returns both readings of the day of the week if the line looks like one for Quartz,
	 * as a sentence without a full stop; {@code null} otherwise. Cheap for other lines.
	 */
	public @Nullable String ambiguity() {
		return (this.line.indexOf('?') < 0) ? null : QuartzDays.ambiguity(TimingParser.wordsOf(this.line));
	}

	/**
	 * Returns the warnings to log once when the schedule comes into force: each a
	 * sentence without a full stop.
	 */
	public List<String> warnings() {
		String ambiguity = ambiguity();
		return (ambiguity == null) ? List.of() : List.of("schedule \"%s\": \"%s\": %s. %s"
			.formatted(Quotable.of(this.event), Quotable.of(this.line), ambiguity, NAME_THE_DAYS));
	}

	Tick tick(Instant slot, @Nullable Instant previous, @Nullable Instant next) {
		Instant regular = (next != null) ? next : this.timing.nextWithoutEnd(slot);
		return new Tick(this.event, slot, previous, next, this.validity.until(slot, regular), this.data);
	}

	/**
	 * The source of a schedule: TickTock itself, the configuration, or the arguments of a
	 * worker's binding.
	 */
	public enum Origin {

		BUILT_IN, CONFIGURED, REGISTERED

	}

	/** The values of schedules that do not set their own. */
	public record Defaults(ZoneId zone, Duration maxValidity) {

	}

}
