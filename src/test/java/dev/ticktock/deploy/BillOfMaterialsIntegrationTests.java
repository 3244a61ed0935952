package dev.ticktock.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.jar.JarFile;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bill of materials in the packaged jar.
 */
class BillOfMaterialsIntegrationTests {

	private static final String LIBRARIES = "BOOT-INF/lib/";

	/** Spring Boot itself adds it to the jar. */
	private static final String JAR_MODE = "spring-boot-jarmode-tools";

	@Test
	void itNamesEveryLibraryOfTheJar() throws IOException {
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
