package dev.ticktock.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A document in Markdown.
 *
 * @param path where it is, from the root of the project
 * @param text what it says
 */
public record Document(Path path, String text) {

	private static final Pattern FENCED = Pattern.compile("^```(\\w*)\\n(.*?)^```$",
			Pattern.MULTILINE | Pattern.DOTALL);

	private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

	/** A word of a shell, which may be in quotes and empty. */
	private static final Pattern WORD = Pattern.compile("'[^']*'|[^'\\s]+");

	/** Folders of what tools fetch or build. */
	private static final Set<String> FOREIGN = Set.of("node_modules", "vendor", "target", "build");

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

	/** Returns all documents for people who use or change TickTock. */
	public static List<Document> all() {
		return Stream
			.concat(Stream.of("README.md", "CONTRIBUTING.md").map(Path::of).filter(Files::exists),
					files(Path.of("docs")).stream().filter((path) -> path.toString().endsWith(".md")))
			.map(Document::of)
			.toList();
	}

	/** Returns the files of the project in a folder and below it. */
	private static List<Path> files(Path folder) {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter(Files::isRegularFile)
				.filter((path) -> StreamSupport.stream(path.spliterator(), false)
					.map(Path::toString)
					.noneMatch((name) -> FOREIGN.contains(name) || name.startsWith(".")))
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Reads a document. */
	public static Document of(String path) {
		return of(Path.of(path));
	}

	private static Document of(Path path) {
		try {
			return new Document(path, Files.readString(path));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the fenced blocks of all documents in one language, without those that
	 * quote a file.
	 */
	static List<Block> blocks(String language) {
		return all().stream()
			.flatMap((document) -> document.blocks()
				.stream()
				.filter((block) -> block.language().equals(language) && !document.quotes(block)))
			.toList();
	}

	/**
	 * Says whether a block is a part of a file below the document's folder, as it stands
	 * there: whatever checks the file checks the block.
	 */
	boolean quotes(Block block) {
		Path folder = this.path.getParent();
		return folder != null && folder.getNameCount() > 1
				&& files(folder).stream()
					.filter((file) -> !file.toString().endsWith(".md"))
					.anyMatch((file) -> contains(file, block.text()));
	}

	private static boolean contains(Path file, String text) {
		try {
			return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).contains(text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Returns the fenced blocks. */
	public List<Block> blocks() {
		List<Block> blocks = new ArrayList<>();
		Matcher matcher = FENCED.matcher(this.text);
		while (matcher.find()) {
			int line = 1 + (int) this.text.substring(0, matcher.start()).lines().count();
			blocks.add(new Block(this.path + ":" + line, matcher.group(1), matcher.group(2)));
		}
		return blocks;
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

	/** Returns the document without its fenced blocks. */
	String prose() {
		return FENCED.matcher(this.text).replaceAll("");
	}

	/** Returns the cells of the rows of all tables. */
	public List<List<String>> rows() {
		return prose().lines()
			.filter((line) -> line.startsWith("| "))
			.map((line) -> Stream.of(line.split("(?<!\\\\)\\|", -1)).map(String::strip).toList())
			.map((cells) -> cells.subList(1, cells.size() - 1))
			.toList();
	}

	/** Returns what the document links to. */
	List<String> links() {
		return LINK.matcher(prose()).results().map((link) -> link.group(1)).toList();
	}

	/** Returns the anchors of the headings, as GitHub names them. */
	Set<String> anchors() {
		return HEADING.matcher(prose())
			.results()
			.map((heading) -> slug(heading))
			.collect(Collectors.toUnmodifiableSet());
	}

	private static String slug(MatchResult heading) {
		return heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-');
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
