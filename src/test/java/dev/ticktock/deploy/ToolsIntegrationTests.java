package dev.ticktock.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.ticktock.support.Program;
import dev.ticktock.support.Skipped;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that Compose, systemd and Java take the files in {@code docs/deploy}.
 */
class ToolsIntegrationTests {

	private static final Path UNIT = DeployFiles.SYSTEMD.resolve("ticktock.service");

	@Test
	void composeTakesTheFile() {
		Skipped.unlessInstalled("docker-compose", "docker-compose");
		assertThat(run("docker-compose", "-f", DeployFiles.COMPOSE.resolve("compose.yaml").toString(), "config", "-q"))
			.isEmpty();
	}

	@Test
	void systemdTakesTheUnit() {
		Skipped.unlessInstalled("systemd-analyze", "systemd");
		assertThat(run("systemd-analyze", "verify", UNIT.toString()))
			.noneMatch((line) -> line.contains("ticktock.service"));
	}

	@Test
	void theUnitIsConfined() {
		Skipped.unlessInstalled("systemd-analyze", "systemd");
		assertThat(run("systemd-analyze", "security", "--offline=true", "--threshold=20", UNIT.toString()))
			.anyMatch((line) -> line.matches(".*Overall exposure level.*: [01]\\.\\d .*"));
	}

	@Test
	void javaTakesTheFlagsOfTheUnit() throws Exception {
		String flags = Files.readString(UNIT).replaceFirst("(?s).*\nExecStart=\\S+ (.*?) -jar .*", "$1");
		List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
		command.addAll(Arrays.asList(flags.split(" ")));
		command.add("-version");
		assertThat(run(command.toArray(String[]::new))).isNotEmpty();
	}

	private static List<String> run(String... command) {
		try (Program program = new Program(new ProcessBuilder(command))) {
			assertThat(program.exitCode()).as("%s", program).isZero();
			return program.lines();
		}
	}

}
