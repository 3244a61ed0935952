package dev.ticktock.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

import dev.ticktock.documents.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the sample workers as documents.
 */
class SampleWorkerTests {

	private static final Path WORKERS = Path.of("docs", "workers");

	@Test
	void everyFolderHasAWorkerThatIsRun() throws IOException {
		try (Stream<Path> folders = Files.list(WORKERS)) {
			assertThat(folders.filter(Files::isDirectory).map((folder) -> folder.getFileName().toString()))
				.containsExactlyInAnyOrderElementsOf(
						Stream.of(SampleWorker.values()).map(SampleWorker::folder).toList());
		}
	}

	@Test
	void theDocumentListsEveryWorkerInItsOrder() {
		List<List<String>> rows = Document.of("docs/workers/README.md")
			.rows()
			.stream()
			.filter((row) -> row.size() == 4 && row.get(3).startsWith("["))
			.toList();
		assertThat(rows).hasSameSizeAs(SampleWorker.values())
			.allSatisfy((row) -> assertThat(row.get(2)).matches("\\d[\\d.]+"));
		Iterator<List<String>> row = rows.iterator();
		assertThat(SampleWorker.values()).allSatisfy((worker) -> assertThat(row.next())
			.satisfies((cells) -> assertThat(cells).isEqualTo(worker.row(cells.get(2)))));
	}

	@ParameterizedTest
	@EnumSource
	void everyFolderSaysHowItsWorkerIsRun(SampleWorker worker) {
		assertThat(Document.of(worker.documents().resolve("README.md").toString()).text()).containsPattern("Run: `.+`");
	}

	@ParameterizedTest
	@EnumSource
	void noFileNamesAPackageRegistry(SampleWorker worker) throws IOException {
		try (Stream<Path> files = Files.list(worker.documents())) {
			assertThat(files.filter((file) -> file.toString().endsWith(".json")))
				.allSatisfy((file) -> assertThat(file).content().doesNotContain("\"resolved\""));
		}
	}

}
