package dev.ticktock.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import dev.ticktock.documents.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What the tools of Compose and of systemd say to the files in {@code docs/deploy}.
 */
class ToolsIntegrationTests {

	private static final Path UNIT = Path.of("docs/deploy/systemd/ticktock.service");

	@Test
	void composeTakesTheFile() throws Exception {
		Run run = compose(ComposeFile.FOLDER.resolve("compose.yaml"));
		assertThat(run.output()).isEmpty();
		assertThat(run.exitCode()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "restart:, restarts:", "condition: service_healthy, condition: service_well",
			"'memory: 384M', 'memories: 384M'", "'- broker:/var', '- brokers:/var'" })
	void composeNoticesAMistake(String text, String wrong, @TempDir Path folder) throws Exception {
		Path file = folder.resolve("compose.yaml");
		String whole = Files.readString(ComposeFile.FOLDER.resolve("compose.yaml"));
		assertThat(whole).contains(text);
		Files.writeString(file, whole.replace(text, wrong));
		assertThat(compose(file).exitCode()).isNotZero();
	}

	private static Run compose(Path file) throws Exception {
		assumeTrue(isInstalled("docker-compose"), "docker-compose is not installed");
		return run("docker-compose", "-f", file.toString(), "config", "-q");
	}

	@Test
	void systemdTakesTheUnit() throws Exception {
		Run run = analyze("verify", UNIT.toString());
		assertThat(run.output().lines()).noneMatch((line) -> line.contains("ticktock.service"));
		assertThat(run.exitCode()).isZero();
	}

	@Test
	void systemdNoticesAMistake(@TempDir Path folder) throws Exception {
		Path file = folder.resolve("ticktock.service");
		Files.writeString(file, Files.readString(UNIT).replace("MemoryMax=", "MemoryMaximum="));
		assertThat(analyze("verify", file.toString()).output()).contains("MemoryMaximum");
	}

	@Test
	void theUnitIsAsConfinedAsTheReadmeSays() throws Exception {
		String exposure = analyze("security", "--offline=true", "--threshold=20", UNIT.toString()).output()
			.lines()
			.filter((line) -> line.contains("Overall exposure level"))
			.findFirst()
			.orElseThrow()
			.replaceFirst(".*: ([\\d.]+) .*", "$1");
		assertThat(Double.parseDouble(exposure)).isLessThan(2);
		// Another version of systemd rates a little differently.
		assertThat(Document.of("docs/deploy/README.md").text()).contains("an exposure below 2 in");
	}

	@Test
	void javaTakesTheFlagsOfTheUnit() throws Exception {
		String command = Files.readAllLines(UNIT)
			.stream()
			.filter((line) -> line.startsWith("ExecStart="))
			.findFirst()
			.orElseThrow()
			.replaceFirst("ExecStart=\\S+ (.*) -jar .*", "$1 -version");
		assertThat(run(Stream
			.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
					Arrays.stream(command.split(" ")))
			.toArray(String[]::new)).exitCode()).isZero();
	}

	private static Run analyze(String... arguments) throws Exception {
		assumeTrue(isInstalled("systemd-analyze"), "systemd is not installed");
		return run(Stream.concat(Stream.of("systemd-analyze"), Arrays.stream(arguments)).toArray(String[]::new));
	}

	private static boolean isInstalled(String program) {
		return Arrays.stream(System.getenv("PATH").split(":"))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, program)));
	}

	private static Run run(String... command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		return new Run(process.waitFor(), output);
	}

	private record Run(int exitCode, String output) {

	}

}
