package dev.ticktock.schedule;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.ticktock.support.Commands;
import dev.ticktock.support.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.linesOf;

/**
 * Compares five fields with croniter, another implementation of crontab's lines, for two
 * years in UTC, the second of which is a leap year. If croniter reads a line in another
 * way than cronie, {@code crontabs.txt} also has what croniter is to be asked instead.
 */
class CroniterIntegrationTests {

	private static final Path LINES = Path.of("src/test/resources/crontabs.txt");

	private static final Path PROGRAM = Path.of("src/test/resources/croniter_slots.py");

	private static final Instant START = Instant.parse("2027-01-01T00:00:00Z");

	private static final Instant END = Instant.parse("2029-01-01T00:00:00Z");

	@Test
	void slotsOfTwoYearsAreThoseOfCroniter(@TempDir Path folder) throws Exception {
		List<String> found = croniter(written().stream().map(CroniterIntegrationTests::toAsk).toList(), folder);
		List<String> lines = lines();
		assertThat(found).hasSameSizeAs(lines);
		assertThat(IntStream.range(0, lines.size()).filter((i) -> !found.get(i).equals(slots(lines.get(i)))))
			.extracting(lines::get)
			.isEmpty();
	}

	private static List<String> written() {
		List<String> lines = linesOf(LINES).stream().filter((line) -> !line.matches("|#.*")).toList();
		assertThat(lines).hasSizeGreaterThan(200);
		return lines;
	}

	private static String toAsk(String line) {
		return line.endsWith("| both") ? line : line.replaceFirst(".* \\| ", "");
	}

	/** Returns the lines of crontabs without what croniter is to be asked. */
	static List<String> lines() {
		return written().stream().map((line) -> line.split(" +\\| ", 2)[0]).toList();
	}

	/** Asks croniter for all lines in one process. */
	private static List<String> croniter(List<String> lines, Path folder) throws Exception {
		return Commands
			.run(new ProcessBuilder(Program.pythonWith("croniter"), PROGRAM.toString(),
					String.valueOf(START.getEpochSecond()), String.valueOf(END.getEpochSecond()))
				.redirectInput(Files.write(folder.resolve("asked"), lines).toFile()))
			.lines()
			.toList();
	}

	private static String slots(String line) {
		Timing timing = TimingParser.parse("a", line, ZoneOffset.UTC);
		return DaylightSavingTests.slots(timing, START.minusNanos(1), END.minusNanos(1))
			.stream()
			.map((slot) -> String.valueOf(slot.getEpochSecond()))
			.collect(Collectors.joining(" "));
	}

}
