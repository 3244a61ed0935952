package dev.ticktock.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bill of materials in the packaged jar.
 */
class BillOfMaterialsIntegrationTests {

	private static final String LIBRARIES = "BOOT-INF/lib/";

	/** What Spring Boot itself adds to the jar. */
	private static final String JAR_MODE = "spring-boot-jarmode-tools";

	@Test
	void itNamesEveryLibraryOfTheJarAndNothingElse() throws IOException {
		try (JarFile jar = new JarFile("target/ticktock.jar")) {
			List<String> libraries = jar.stream()
				.map((entry) -> entry.getName())
				.filter((name) -> name.startsWith(LIBRARIES) && name.endsWith(".jar"))
				.map((name) -> name.substring(LIBRARIES.length()))
				.filter((name) -> !name.startsWith(JAR_MODE))
				.toList();
			assertThat(libraries).anyMatch((name) -> name.startsWith("amqp-client-"));
			assertThat(components(jar)).containsAll(libraries);
		}
	}

	private static Set<String> components(JarFile jar) throws IOException {
		String location = jar.getManifest().getMainAttributes().getValue("Sbom-Location");
		assertThat(location).as("Sbom-Location in the manifest; \"mvnw -o\" makes no bill of materials").isNotNull();
		try (InputStream input = jar.getInputStream(jar.getJarEntry(location))) {
			JsonNode bill = JsonMapper.shared().readTree(input);
			assertThat(bill.required("bomFormat").asString()).isEqualTo("CycloneDX");
			return bill.required("components")
				.valueStream()
				.map((component) -> "%s-%s.jar".formatted(component.required("name").asString(),
						component.required("version").asString()))
				.collect(Collectors.toUnmodifiableSet());
		}
	}

}
