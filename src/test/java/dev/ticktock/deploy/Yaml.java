package dev.ticktock.deploy;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A value of a file in YAML.
 *
 * @param value maps, lists and scalars
 */
record Yaml(Object value) {

	/** Reads the documents of a file; a key that comes twice is an error. */
	static List<Yaml> read(Path file) {
		LoaderOptions options = new LoaderOptions();
		options.setAllowDuplicateKeys(false);
		try (Reader reader = Files.newBufferedReader(file)) {
			List<Yaml> documents = new ArrayList<>();
			new org.yaml.snakeyaml.Yaml(new SafeConstructor(options)).loadAll(reader)
				.forEach((document) -> documents.add(new Yaml(document)));
			return documents;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the value at a path of keys; a number is an index.
	 * @throws IllegalStateException if there is none
	 */
	Yaml at(Object... path) {
		Object found = this.value;
		for (Object key : path) {
			Object next = (found instanceof List<?> list && key instanceof Integer index) ? list.get(index)
					: (found instanceof Map<?, ?> map) ? map.get(key) : null;
			if (next == null) {
				throw new IllegalStateException("%s of %s is not there: %s".formatted(key, List.of(path), this.value));
			}
			found = next;
		}
		return new Yaml(found);
	}

	String text() {
		return this.value.toString();
	}

	/** Returns the elements of a list. */
	List<Yaml> list() {
		List<Yaml> elements = new ArrayList<>();
		((Iterable<?>) this.value).forEach((element) -> elements.add(new Yaml(element)));
		return elements;
	}

	/** Returns a map of texts in which something is replaced. */
	Map<String, String> texts(String from, String to) {
		Map<String, String> texts = new LinkedHashMap<>();
		((Map<?, ?>) this.value)
			.forEach((key, text) -> texts.put(String.valueOf(key), String.valueOf(text).replace(from, to)));
		return texts;
	}

}
