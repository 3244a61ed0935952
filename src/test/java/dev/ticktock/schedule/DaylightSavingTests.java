package dev.ticktock.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.documents.Document;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.scheduling.support.CronExpression;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CronTiming} where clocks change, and of docs/daylight-saving.md.
 */
class DaylightSavingTests {

	private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");

	private static final Instant TO = Instant.parse("2027-01-01T00:00:00Z");

	private static final Duration AROUND = Duration.ofDays(2);

	private static final Duration YEAR = Duration.ofDays(366);

	private static Timing timing(String line, ZoneId zone) {
		return new CronTiming(CronExpression.parse(line), zone);
	}

	/** Returns the slots of a timing that are later than an instant, up to another. */
	static List<Instant> slots(Timing timing, Instant after, Instant until) {
		return Stream.iterate(timing.next(after), (slot) -> slot != null && !slot.isAfter(until), timing::next)
			.toList();
	}

	static List<List<String>> documented() {
		List<List<String>> rows = Document.of("docs/daylight-saving.md").rows();
		assertThat(rows).hasSizeGreaterThan(20);
		return rows.subList(1, rows.size());
	}

	@ParameterizedTest
	@MethodSource("documented")
	void theTableOfTheDocumentIsRight(List<String> row) {
		ZoneId zone = ZoneId.of(row.get(0));
		String[] span = row.get(2).split(", to ", -1);
		LocalDate date = LocalDate.parse(span[0]);
		LocalDateTime end = (span.length > 1) ? date.atTime(LocalTime.parse(span[1])) : date.plusDays(1).atStartOfDay();
		Instant from = date.atStartOfDay(zone).toInstant().minusNanos(1);
		Instant until = end.atZone(zone).toInstant().minusNanos(1);
		assertThat(slots(TimingParser.parse("a", row.get(1).replace("`", ""), zone), from, until))
			.extracting((slot) -> slot.atZone(zone).toLocalTime() + " " + slot.atZone(zone).getOffset())
			.containsExactly(row.get(4).split(", ", -1));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					America/Santiago    | 0 0 */12 * * *   | 2026-09-05T12:00:00Z | 2026-09-06T15:00:00Z | 2026-09-05T16:00:00Z,2026-09-06T04:00:00Z,2026-09-06T15:00:00Z
					# all day, however the hours are written
					Europe/Oslo         | 0 0 00-23 * * *  | 2026-10-24T23:30:00Z | 2026-10-25T02:30:00Z | 2026-10-25T00:00:00Z,2026-10-25T01:00:00Z,2026-10-25T02:00:00Z
					Europe/Oslo         | 0 0 12-23,0-11 * * * | 2026-10-24T23:30:00Z | 2026-10-25T02:30:00Z | 2026-10-25T00:00:00Z,2026-10-25T01:00:00Z,2026-10-25T02:00:00Z
					Europe/Oslo         | 0 30 0-11,12/1 * * * | 2026-03-29T00:00:00Z | 2026-03-29T02:00:00Z | 2026-03-29T00:30:00Z,2026-03-29T01:30:00Z
					Europe/Oslo         | 0 0 0-22/2 * * * | 2026-10-24T23:30:00Z | 2026-10-25T02:30:00Z | 2026-10-25T00:00:00Z,2026-10-25T01:00:00Z
					# not all day: not from midnight, an hour is missing, or once a day
					Europe/Oslo         | 0 0 2/2 * * *    | 2026-10-24T23:30:00Z | 2026-10-25T02:30:00Z | 2026-10-25T00:00:00Z
					Europe/Oslo         | 0 0 0-2,4-23 * * * | 2026-10-24T23:30:00Z | 2026-10-25T02:30:00Z | 2026-10-25T00:00:00Z
					Europe/Oslo         | 0 30 1-23 * * *  | 2026-03-29T00:00:00Z | 2026-03-29T01:30:00Z | 2026-03-29T00:30:00Z,2026-03-29T01:00:00Z,2026-03-29T01:30:00Z
					America/Havana      | 0 0 */24 * * *   | 2026-10-31T12:00:00Z | 2026-11-01T12:00:00Z | 2026-11-01T04:00:00Z
					""")
	void hoursAreAllDayHoweverTheyAreWritten(String zone, String line, Instant after, Instant until, String expected) {
		List<Instant> slots = Stream.of(expected.split(",", -1)).map(Instant::parse).toList();
		assertThat(slots(timing(line, ZoneId.of(zone)), after, until)).isEqualTo(slots);
	}

	/**
	 * Returns one zone for each course of offsets in the years around the tested one:
	 * others with the same course have the same slots.
	 */
	static Collection<ZoneId> zones() {
		return ZoneId.getAvailableZoneIds()
			.stream()
			.sorted()
			.map(ZoneId::of)
			.collect(Collectors.toMap((zone) -> List.of(zone.getRules().getOffset(FROM), changes(zone)),
					Function.identity(), (first, same) -> first))
			.values();
	}

	private static List<ZoneOffsetTransition> changes(ZoneId zone) {
		ZoneRules rules = zone.getRules();
		return Stream
			.iterate(rules.nextTransition(FROM.minus(YEAR)),
					(change) -> change != null && change.getInstant().isBefore(TO.plus(YEAR)),
					(change) -> rules.nextTransition(change.getInstant()))
			.toList();
	}

	@ParameterizedTest
	@MethodSource("zones")
	void aFixedTimeIsDueOnceOnEveryLocalDate(ZoneId zone) {
		Random random = new Random(zone.getId().hashCode());
		for (int i = 0; i < 3; i++) {
			LocalTime time = LocalTime.of(random.nextInt(4), random.nextInt(60), random.nextInt(60));
			Timing timing = timing("%d %d %d * * *".formatted(time.getSecond(), time.getMinute(), time.getHour()),
					zone);
			List<LocalDate> dates = slots(timing, FROM, TO).stream()
				.map((slot) -> LocalDateTime.ofInstant(slot, zone).toLocalDate())
				.toList();
			Set<LocalDate> distinct = new HashSet<>(dates);
			assertThat(dates).hasSameSizeAs(distinct);
			assertThat(dates.size())
				.isEqualTo((int) (dates.get(dates.size() - 1).toEpochDay() - dates.get(0).toEpochDay()) + 1);
		}
	}

	/** Returns the slots around each change of the offset. */
	private static List<List<Instant>> slotsAroundChanges(String line, ZoneId zone) {
		Timing timing = timing(line, zone);
		List<ZoneOffsetTransition> changes = changes(zone);
		return (changes.isEmpty() ? Stream.of(FROM) : changes.stream().map(ZoneOffsetTransition::getInstant))
			.map((change) -> slots(timing, change.minus(AROUND), change.plus(AROUND)))
			.toList();
	}

	@ParameterizedTest
	@MethodSource("zones")
	void realTimeHasNoHoleAndNeverStandsStill(ZoneId zone) {
		for (int minutes : new int[] { 30, 60, 120 }) {
			String line = (minutes < 60) ? "0 */30 * * * *" : "0 0 */%d * * *".formatted(minutes / 60);
			// A shift by less than the period moves the grid, it makes no hole.
			Duration longest = Duration.ofMinutes(minutes).plus(shiftOf(zone, minutes));
			for (List<Instant> slots : slotsAroundChanges(line, zone)) {
				for (int i = 1; i < slots.size(); i++) {
					assertThat(slots.get(i)).isAfter(slots.get(i - 1))
						.isBeforeOrEqualTo(slots.get(i - 1).plus(longest));
				}
			}
		}
	}

	private static Duration shiftOf(ZoneId zone, int minutes) {
		return zone.getRules().getTransitions().isEmpty() && zone.getRules().getTransitionRules().isEmpty()
				? Duration.ZERO : Duration.ofMinutes(Math.min(minutes, 60));
	}

	@ParameterizedTest
	@MethodSource("zones")
	void theSlotBeforeIsFoundThroughEveryChange(ZoneId zone) {
		for (String line : List.of("0 30 2 * * *", "0 0 * * * *", "0 15 1,23 * * *")) {
			Timing timing = timing(line, zone);
			for (List<Instant> slots : slotsAroundChanges(line, zone)) {
				for (int i = 1; i < slots.size(); i++) {
					assertThat(timing.previous(slots.get(i))).isEqualTo(slots.get(i - 1));
				}
			}
		}
	}

}
