package dev.ticktock.documents;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.contentOf;

/**
 * A document in Markdown.
 *
 * @param path where it is, from the root of the project
 */
public record Document(Path path, String text) {

	private static final Pattern FENCED = Pattern.compile("^```(\\w*)\\n(.*?)^```$",
			Pattern.MULTILINE | Pattern.DOTALL);

	private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

	/** A word of a shell, which may be in quotes and empty. */
	private static final Pattern WORD = Pattern.compile("'[^']*'|[^'\\s]+");

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

	/** Returns all documents for people who use or change TickTock. */
	static List<Document> all() throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("docs"))) {
			return Stream.concat(Stream.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")), files)
				.filter((file) -> file.toString().endsWith(".md") && !file.toString().contains("node_modules"))
				.map((file) -> of(file.toString()))
				.toList();
		}
	}

	public static Document of(String path) {
		return new Document(Path.of(path), contentOf(new File(path), StandardCharsets.UTF_8));
	}

	/** Returns the fenced blocks of all documents in one language. */
	static List<Block> blocks(String language) throws IOException {
		return all().stream()
			.flatMap((document) -> document.blocks().stream())
			.filter((block) -> block.language().equals(language))
			.toList();
	}

	private List<Block> blocks() {
		return FENCED.matcher(this.text)
			.results()
			.map((found) -> new Block(
					"%s:%d".formatted(this.path, 1 + this.text.substring(0, found.start()).lines().count()),
					found.group(1), found.group(2)))
			.toList();
	}

	/** Returns the fenced block of a language that contains a text. */
	public Block block(String language, String containing) {
		return blocks().stream()
			.filter((block) -> block.language().equals(language) && block.text().contains(containing))
			.findFirst()
			.orElseThrow(() -> new AssertionError("no %s block with %s in %s".formatted(language, containing, this)));
	}

	/**
	 * Returns the lines of the shell blocks that call a program, as words without it.
	 */
	public List<List<String>> commands(String program) {
		return blocks().stream()
			.filter((block) -> block.language().equals("shell"))
			.flatMap((block) -> block.text().lines())
			.filter((line) -> line.startsWith(program + " "))
			.map((line) -> WORD.matcher(line.substring(program.length()))
				.results()
				.map((word) -> word.group().replace("'", ""))
				.toList())
			.toList();
	}

	/** Returns those that have a word, such as the name of an account. */
	public List<List<String>> commands(String program, String word) {
		return commands(program).stream().filter((words) -> words.contains(word)).toList();
	}

	/** Returns the cells of the rows of all tables. */
	public List<List<String>> rows() {
		return prose().lines()
			.filter((line) -> line.startsWith("| "))
			.map((line) -> Stream.of(line.split("(?<!\\\\)\\|", -1)).map(String::strip).toList())
			.map((cells) -> cells.subList(1, cells.size() - 1))
			.toList();
	}

	private String prose() {
		return FENCED.matcher(this.text).replaceAll("");
	}

	/** Returns the links within the project. */
	List<String> links() {
		return LINK.matcher(prose())
			.results()
			.map((link) -> link.group(1))
			.filter((link) -> !link.startsWith("https://"))
			.toList();
	}

	/** Returns the anchors of the headings, as GitHub names them. */
	Set<String> anchors() {
		return HEADING.matcher(prose())
			.results()
			.map((heading) -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
			.collect(Collectors.toUnmodifiableSet());
	}

	@Override
	public String toString() {
		return this.path.toString();
	}

	/**
	 * A fenced block.
	 *
	 * @param place the document and the line
	 */
	public record Block(String place, String language, String text) {

		@Override
		public String toString() {
			return this.place;
		}

	}

}
