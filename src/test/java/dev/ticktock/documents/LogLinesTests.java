package dev.ticktock.documents;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.ticktock.documents.Document.Block;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that TickTock can write the log lines that the documents quote.
 */
class LogLinesTests {

	private static final Messages MESSAGES = Messages.load();

	private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

	static List<Block> blocks() {
		return Document.blocks("log").stream().filter((block) -> !block.text().startsWith("waiting")).toList();
	}

	@ParameterizedTest
	@MethodSource("blocks")
	void everyLineOfABlockIsOneOfTickTock(Block block) {
		assertThat(MESSAGES.unknown(block.text().lines().toList())).isEmpty();
	}

	@Test
	void everyLineThatTheOperatorsManualExplainsIsOneOfTickTock() {
		List<String> lines = Document.of("docs/operations.md")
			.rows()
			.stream()
			.map((row) -> row.get(0))
			.filter((cell) -> cell.matches("(INFO|WARN|ERROR) .*"))
			.flatMap(LogLinesTests::quoted)
			.filter((text) -> !text.startsWith("ticktock.") || text.contains(" "))
			.toList();
		assertThat(lines).hasSizeGreaterThan(30);
		assertThat(MESSAGES.unknown(lines)).isEmpty();
	}

	@Test
	void aLineThatNobodyWritesIsNoticed() {
		List<String> lines = List.of("Became ruler, resuming after …", "Lost the thread: …; retrying …",
				"ticktock.leader.queue = \"…\": a queue of this name is pink (…). …", "Unexpected luck; …");
		assertThat(MESSAGES.unknown(lines)).isEqualTo(lines);
	}

	private static Stream<String> quoted(String cell) {
		return QUOTED.matcher(cell).results().map((result) -> result.group(1));
	}

}
