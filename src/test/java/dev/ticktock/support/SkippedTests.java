package dev.ticktock.support;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SkippedTests {

	@Test
	void eachPackageIsNamedOnce(@TempDir Path folder) {
		Skipped skipped = new Skipped(folder.resolve("skipped"), false);
		skipped.add("pika", List.of("python3-pika"));
		assertThat(skipped.add("pika", List.of("python3-pika"))).contains("Install python3-pika");
		skipped.add("Chromium", List.of("chromium", "chromium-driver"));
		assertThat(folder.resolve("skipped").toFile().list()).containsExactlyInAnyOrder("python3-pika", "chromium",
				"chromium-driver");
	}

	@Test
	void whereNoTestMayBeSkippedTheTestFails(@TempDir Path folder) {
		assertThatIllegalStateException()
			.isThrownBy(() -> new Skipped(folder, true).add("pika", List.of("python3-pika")))
			.withMessageContaining("python3-pika");
		assertThat(folder).isEmptyDirectory();
	}

}
