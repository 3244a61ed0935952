package dev.ticktock.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import dev.ticktock.support.Skipped;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

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

	private static Run compose(Path file) throws Exception {
		Skipped.unlessInstalled("docker-compose", "docker-compose");
		return run("docker-compose", "-f", file.toString(), "config", "-q");
	}

	@Test
	void systemdTakesTheUnit() throws Exception {
		Run run = analyze("verify", UNIT.toString());
		assertThat(run.output().lines()).noneMatch((line) -> line.contains("ticktock.service"));
		assertThat(run.exitCode()).isZero();
	}

	@Test
	void theUnitIsConfined() throws Exception {
		String exposure = analyze("security", "--offline=true", "--threshold=20", UNIT.toString()).output()
			.lines()
			.filter((line) -> line.contains("Overall exposure level"))
			.findFirst()
			.orElseThrow()
			.replaceFirst(".*: ([\\d.]+) .*", "$1");
		assertThat(Double.parseDouble(exposure)).isLessThan(2);
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
		Skipped.unlessInstalled("systemd-analyze", "systemd");
		return run(Stream.concat(Stream.of("systemd-analyze"), Arrays.stream(arguments)).toArray(String[]::new));
	}

	private static Run run(String... command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		return new Run(process.waitFor(), output);
	}

	private record Run(int exitCode, String output) {

	}

}
