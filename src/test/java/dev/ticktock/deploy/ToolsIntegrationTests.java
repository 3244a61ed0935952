package dev.ticktock.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;

import dev.ticktock.support.Commands;
import dev.ticktock.support.Skipped;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that Compose, systemd and Java take the files in {@code docs/deploy}, and of the
 * bill of materials in the packaged jar.
 */
class ToolsIntegrationTests {

	private static final Path UNIT = DeployFiles.SYSTEMD.resolve("ticktock.service");

	private static final String LIBRARIES = "BOOT-INF/lib/";

	/** Spring Boot itself adds it to the jar. */
	private static final String JAR_MODE = "spring-boot-jarmode-tools";

	@Test
	void composeTakesTheFile() {
		Skipped.unlessInstalled("docker-compose", "docker-compose");
		assertThat(Commands.run("docker-compose", "-f", DeployFiles.COMPOSE.resolve("compose.yaml").toString(),
				"config", "-q"))
			.isEmpty();
	}

	@Test
	void systemdTakesTheUnit() {
		Skipped.unlessInstalled("systemd-analyze", "systemd");
		assertThat(Commands.run("systemd-analyze", "verify", UNIT.toString())).doesNotContain("ticktock.service");
	}

	@Test
	void theUnitIsConfined() {
		Skipped.unlessInstalled("systemd-analyze", "systemd");
		assertThat(Commands.run("systemd-analyze", "security", "--offline=true", "--threshold=20", UNIT.toString()))
			.containsPattern("Overall exposure level.*: [01]\\.\\d ");
	}

	@Test
	void javaTakesTheFlagsOfTheUnit() throws Exception {
		String flags = Files.readString(UNIT).replaceFirst("(?s).*\nExecStart=\\S+ (.*?) -jar .*", "$1");
		List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
		command.addAll(Arrays.asList(flags.split(" ")));
		command.add("-version");
		assertThat(Commands.run(command)).isNotEmpty();
	}

	@Test
	void theBillOfMaterialsNamesEveryLibraryOfTheJar() throws IOException {
		try (JarFile jar = new JarFile("target/ticktock.jar")) {
			List<String> libraries = jar.stream()
				.map((entry) -> entry.getName())
				.filter((name) -> name.matches(LIBRARIES + ".*\\.jar") && !name.contains(JAR_MODE))
				.map((name) -> name.substring(LIBRARIES.length()))
				.toList();
			assertThat(libraries).anyMatch((name) -> name.startsWith("amqp-client-"));
			String location = jar.getManifest().getMainAttributes().getValue("Sbom-Location");
			assertThat(location).as("Sbom-Location in the manifest; \"mvnw -o\" makes no bill of materials")
				.isNotNull();
			try (InputStream bill = jar.getInputStream(jar.getJarEntry(location))) {
				assertThat(JsonMapper.shared().readTree(bill).required("components").valueStream())
					.map((component) -> "%s-%s.jar".formatted(component.required("name").asString(),
							component.required("version").asString()))
					.containsAll(libraries);
			}
		}
	}

}
