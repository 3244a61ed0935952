package dev.ticktock.schedule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.scheduling.support.CronExpression;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that docs/daylight-saving.md says what is so, of Spring's {@link CronExpression}
 * as of TickTock.
 */
class DaylightSavingDocumentTests {

	private static final int MORE_THAN_A_DAY_HOLDS = 100;

	static List<Row> rows() throws IOException {
		try (Stream<String> lines = Files.lines(Path.of("docs/daylight-saving.md"))) {
			List<Row> rows = lines.filter((line) -> line.startsWith("| ") && line.contains("/")).map(Row::of).toList();
			assertThat(rows).hasSizeGreaterThan(20);
			return rows;
		}
	}

	@ParameterizedTest
	@MethodSource("rows")
	void theTableIsRight(Row row) {
		assertThat(row.ticktock()).as("TickTock").isEqualTo(shown(row, slots(row)));
		assertThat(row.plain()).as("CronExpression").isEqualTo(plain(row));
	}

	private static List<Instant> slots(Row row) {
		List<Instant> slots = new ArrayList<>();
		Timing timing = TimingParser.parse("a", row.line(), row.zone());
		for (Instant slot = timing.next(row.from()); slot != null
				&& slot.isBefore(row.until()); slot = timing.next(slot)) {
			slots.add(slot);
		}
		return slots;
	}

	private static String plain(Row row) {
		List<Instant> slots = new ArrayList<>();
		CronExpression expression = CronExpression.parse(row.line());
		ZonedDateTime end = row.until().atZone(row.zone());
		ZonedDateTime before = row.from().atZone(row.zone());
		ZonedDateTime next = expression.next(before);
		while (next != null && next.isBefore(end)) {
			if (!next.isAfter(before) || slots.size() > MORE_THAN_A_DAY_HOLDS) {
				return "never moves on";
			}
			slots.add(next.toInstant());
			before = next;
			next = expression.next(before);
		}
		return shown(row, slots);
	}

	/**
	 * Times as the clocks there show them, with the offset, without which they are
	 * ambiguous.
	 */
	private static String shown(Row row, List<Instant> slots) {
		if (slots.isEmpty()) {
			return "not at all";
		}
		return String.join(", ", slots.stream().map((slot) -> {
			ZonedDateTime local = slot.atZone(row.zone());
			String date = local.toLocalDate().equals(row.date()) ? "" : local.toLocalDate() + " ";
			return date + local.toLocalTime() + " " + local.getOffset();
		}).toList());
	}

	/**
	 * A row of the table: what is due on one local date, or on the part of it until a
	 * time.
	 */
	record Row(ZoneId zone, String line, LocalDate date, LocalDateTime end, String plain, String ticktock) {

		static Row of(String text) {
			String[] cells = text.split("\\|", -1);
			String[] span = cells[3].strip().split(", to ", -1);
			LocalDate date = LocalDate.parse(span[0]);
			return new Row(ZoneId.of(cells[1].strip()), cells[2].strip().replace("`", ""), date,
					(span.length > 1) ? date.atTime(LocalTime.parse(span[1])) : date.plusDays(1).atStartOfDay(),
					cells[4].strip(), cells[5].strip());
		}

		Instant from() {
			return this.date.atStartOfDay(this.zone).toInstant().minusNanos(1);
		}

		Instant until() {
			return this.end.atZone(this.zone).toInstant();
		}

	}

}
