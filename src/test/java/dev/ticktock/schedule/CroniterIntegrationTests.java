package dev.ticktock.schedule;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.MonthDay;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.ticktock.support.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares five fields with croniter, another implementation of crontab's lines, for two
 * years in UTC, the second of which is a leap year. If croniter reads a line in another
 * way than cronie, {@code crontabs.txt} also has the line that means the same to
 * croniter.
 */
class CroniterIntegrationTests {

	private static final Path LINES = Path.of("src/test/resources/crontabs.txt");

	private static final Path PROGRAM = Path.of("src/test/resources/croniter_slots.py");

	private static final Instant START = Instant.parse("2027-01-01T00:00:00Z");

	private static final Instant END = Instant.parse("2029-01-01T00:00:00Z");

	private static final String BOTH = "both";

	private static final String FIRST_OF_MARCH = "1 March";

	@TempDir
	private Path folder;

	@Test
	void slotsOfTwoYearsAreThoseOfCroniter() throws Exception {
		List<Line> lines = lines();
		assertThat(lines).hasSizeGreaterThan(200);
		assertThat(lines).filteredOn((line) -> line.isEither()).hasSizeGreaterThan(60);
		List<String> found = croniter(lines.stream().map(Line::toAsk).toList());
		assertThat(found).hasSameSizeAs(lines);
		List<String> different = new ArrayList<>();
		for (int i = 0; i < lines.size(); i++) {
			Set<Instant> ours = slots(lines.get(i).crontab());
			Set<Instant> theirs = slotsOf(found.get(i));
			if (lines.get(i).instead().equals(FIRST_OF_MARCH)) {
				ours.removeIf(CroniterIntegrationTests::isFirstOfMarch);
				theirs.removeIf(CroniterIntegrationTests::isFirstOfMarch);
			}
			if (!ours.equals(theirs)) {
				different.add("%s: only here %s, only croniter %s".formatted(lines.get(i).crontab(),
						firstBeyond(ours, theirs), firstBeyond(theirs, ours)));
			}
		}
		assertThat(different).isEmpty();
	}

	private static boolean isFirstOfMarch(Instant slot) {
		return MonthDay.from(slot.atOffset(ZoneOffset.UTC)).equals(MonthDay.of(3, 1));
	}

	private static Set<Instant> slotsOf(String seconds) {
		return Stream.of(seconds.split(" ", -1))
			.map((each) -> Instant.ofEpochSecond(Long.parseLong(each)))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static List<Instant> firstBeyond(Set<Instant> some, Set<Instant> others) {
		return some.stream().filter((each) -> !others.contains(each)).limit(5).toList();
	}

	private static List<Line> lines() throws IOException {
		try (Stream<String> lines = Files.lines(LINES)) {
			return lines.filter((line) -> !line.isBlank() && !line.startsWith("#")).map(Line::of).toList();
		}
	}

	/** Asks croniter for all lines in one process. */
	private List<String> croniter(List<String> lines) throws IOException, InterruptedException {
		Path asked = Files.write(this.folder.resolve("asked"), lines);
		Path answer = this.folder.resolve("answer");
		Process python = new ProcessBuilder(Python.with("croniter"), PROGRAM.toString(),
				String.valueOf(START.getEpochSecond()), String.valueOf(END.getEpochSecond()))
			.redirectInput(asked.toFile())
			.redirectOutput(answer.toFile())
			.start();
		String errors = new String(python.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(python.waitFor()).as(errors).isZero();
		return Files.readAllLines(answer);
	}

	private static Set<Instant> slots(String line) {
		Timing timing = TimingParser.parse("a", line, ZoneOffset.UTC);
		Set<Instant> slots = new TreeSet<>();
		for (Instant slot = timing.next(START.minusNanos(1)); slot != null
				&& slot.isBefore(END); slot = timing.next(slot)) {
			slots.add(slot);
		}
		return slots;
	}

	/**
	 * A line of a crontab.
	 *
	 * @param instead the line for croniter; empty if it reads the same line as cronie
	 * does
	 */
	private record Line(String crontab, String instead) {

		static Line of(String text) {
			String[] parts = text.split(" +\\| ", 2);
			return new Line(parts[0], (parts.length > 1) ? parts[1] : "");
		}

		String toAsk() {
			return switch (this.instead) {
				case "", FIRST_OF_MARCH -> this.crontab;
				case BOTH -> this.crontab + " | " + BOTH;
				default -> this.instead;
			};
		}

		boolean isEither() {
			String[] fields = this.crontab.split(" ", -1);
			return !fields[2].startsWith("*") && !fields[4].startsWith("*");
		}

	}

}
