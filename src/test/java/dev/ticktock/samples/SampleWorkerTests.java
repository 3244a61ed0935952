package dev.ticktock.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the folders of the sample workers.
 */
class SampleWorkerTests {

	private static final Path WORKERS = Path.of("docs", "workers");

	@Test
	void everyFolderHasAWorkerThatIsRun() throws IOException {
		try (Stream<Path> folders = Files.list(WORKERS)) {
			assertThat(folders.filter(Files::isDirectory).map((folder) -> folder.getFileName().toString()))
				.containsExactlyInAnyOrderElementsOf(
						Stream.of(SampleWorker.values()).map((worker) -> worker.folder).toList());
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "JAVASCRIPT", "TYPESCRIPT" })
	void noFileNamesAPackageRegistry(SampleWorker worker) {
		assertThat(WORKERS.resolve(worker.folder).resolve("package-lock.json")).content()
			.doesNotContain("\"resolved\"");
	}

}
