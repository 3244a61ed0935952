package dev.ticktock.spring;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.DefaultValue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the README lists what there is. Its classes are those of this package.
 */
class ReadmeTests {

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
		Constructor<?> constructor = JobProperties.class.getDeclaredConstructors()[0];
		assertThat(constructor.getParameters()).hasSameSizeAs(documented.keySet()).allSatisfy((property) -> {
			String name = "ticktock.jobs." + property.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
			assertThat(documented).containsKey(name);
			DefaultValue value = property.getAnnotation(DefaultValue.class);
			if (value != null) {
				assertThat(documented).containsEntry(name, value.value()[0]);
			}
		});
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
