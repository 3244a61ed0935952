package dev.ticktock.documents;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the documents as a whole.
 */
class DocumentsTests {

	/** {@link CodeBlockTests} and its siblings check all but pictures and logs. */
	private static final Set<String> CHECKED = Set.of("java", "python", "yaml", "json", "mermaid", "shell", "log",
			"ini");

	private static final Document FRONT_PAGE = Document.of("docs/README.md");

	private static final Pattern FIGURE = Pattern.compile("\\d[\\d,.]*\\d|\\d");

	static List<Document> documents() {
		return Document.all();
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyBlockIsOfALanguageThatIsChecked(Document document) {
		assertThat(document.blocks()).filteredOn((block) -> block.language().isEmpty() || !document.quotes(block))
			.allSatisfy((block) -> assertThat(block.language()).isIn(CHECKED));
		assertThat(document.prose()).doesNotContain("```");
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyLinkLeadsSomewhere(Document document) {
		assertThat(document.links()).filteredOn((link) -> !link.startsWith("https://")).allSatisfy((link) -> {
			String[] parts = link.split("#", -1);
			Path target = parts[0].isEmpty() ? document.path() : document.path().resolveSibling(parts[0]).normalize();
			assertThat(Files.exists(target)).as(link).isTrue();
			if (parts.length > 1) {
				assertThat(Document.of(target.toString()).anchors()).as(link).contains(parts[1]);
			}
		});
	}

	@ParameterizedTest
	@MethodSource("documents")
	void theFrontPageLeadsToEveryDocument(Document document) {
		assertThat(isReached(document.path()))
			.as("%s is linked from docs/README.md or the README.md of its folder", document)
			.isTrue();
	}

	/** A document of a folder may be on the page of the folder instead. */
	private static boolean isReached(Path path) {
		if (path.equals(FRONT_PAGE.path()) || targets(FRONT_PAGE).contains(path)) {
			return true;
		}
		for (Path folder = path.getParent(); folder != null; folder = folder.getParent()) {
			Path page = folder.resolve("README.md");
			if (!page.equals(path) && !page.equals(FRONT_PAGE.path()) && Files.exists(page)) {
				return targets(Document.of(page.toString())).contains(path) && isReached(page);
			}
		}
		return false;
	}

	private static List<Path> targets(Document document) {
		return document.links()
			.stream()
			.filter((link) -> !link.startsWith("https://"))
			.map((link) -> document.path().resolveSibling(link.replaceFirst("#.*", "")).normalize())
			.map((target) -> Files.isDirectory(target) ? target.resolve("README.md") : target)
			.toList();
	}

	@Test
	void everyFigureOfTheReadmeHasBeenMeasured() {
		String measured = Document.of("docs/benchmarks.md").text();
		List<String> claims = Document.of("README.md")
			.rows()
			.stream()
			.filter((row) -> row.get(0).startsWith("**"))
			.map((row) -> row.get(1))
			.toList();
		assertThat(claims).isNotEmpty()
			.allSatisfy(
					(claim) -> assertThat(FIGURE.matcher(claim.replaceAll("(99th|1,000)", "")).results()).isNotEmpty()
						.allSatisfy((figure) -> assertThat(measured)
							.containsPattern("(?<![\\d.,])" + Pattern.quote(figure.group()) + "(?![\\d])")));
	}

}
