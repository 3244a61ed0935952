package dev.ticktock.spring;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import org.springframework.boot.json.JsonParserFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the README lists what there is. Its classes are those of this package.
 */
class ReadmeTests {

	private static final String METADATA = "/META-INF/spring-configuration-metadata.json";

	@Test
	void everyAttributeIsInTheTableOnce() throws IOException {
		List<String> attributes = Arrays.stream(TickTockJob.class.getDeclaredMethods())
			.map((attribute) -> attribute.getName())
			.toList();
		List<String> documented = rows("attribute").keySet()
			.stream()
			.flatMap((cell) -> Arrays.stream(cell.split(", ", -1)))
			.toList();
		assertThat(documented).containsExactlyInAnyOrderElementsOf(attributes);
	}

	@Test
	void everyPropertyIsInTheTableWithItsDefault() throws IOException {
		Map<String, String> documented = rows("property");
		List<?> properties = (List<?>) Objects.requireNonNull(metadata().get("properties"));
		assertThat(properties).hasSameSizeAs(documented.keySet()).allSatisfy((each) -> {
			Map<?, ?> property = (Map<?, ?>) each;
			assertThat(documented).containsKey(String.valueOf(property.get("name")));
			if (property.containsKey("defaultValue")) {
				assertThat(documented).containsEntry(String.valueOf(property.get("name")),
						String.valueOf(property.get("defaultValue")));
			}
			assertThat(String.valueOf(property.get("description"))).endsWith(".");
		});
	}

	private static Map<String, Object> metadata() throws IOException {
		try (InputStream metadata = Objects.requireNonNull(ReadmeTests.class.getResourceAsStream(METADATA))) {
			return JsonParserFactory.getJsonParser()
				.parseMap(new String(metadata.readAllBytes(), StandardCharsets.UTF_8));
		}
	}

	/**
	 * Returns the first two cells of each row of the table whose first column has a name.
	 */
	private static Map<String, String> rows(String column) throws IOException {
		return Files.readAllLines(Path.of("../README.md"))
			.stream()
			.dropWhile((line) -> !line.startsWith("| " + column))
			.skip(2)
			.takeWhile((line) -> line.startsWith("|"))
			.map((line) -> line.replace("`", "").split(" *\\| *", -1))
			.collect(Collectors.toMap((cells) -> cells[1], (cells) -> cells[2]));
	}

}
