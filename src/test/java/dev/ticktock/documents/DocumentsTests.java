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

	private static final int LONGEST_README = 169;

	/** Those that {@link CodeBlockTests} and its siblings check. */
	private static final Set<String> CHECKED = Set.of("java", "python", "yaml", "json", "mermaid", "shell", "log",
			"ini");

	private static final Pattern FIGURE = Pattern.compile("\\d[\\d,.]*\\d|\\d");

	static List<Document> documents() {
		return Document.all();
	}

	@Test
	void theReadmeIsShort() {
		assertThat(Document.of("README.md").text().lines()).hasSizeLessThanOrEqualTo(LONGEST_README);
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyBlockIsOfALanguageThatIsChecked(Document document) {
		assertThat(document.blocks()).allSatisfy((block) -> assertThat(block.language()).isIn(CHECKED));
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
	void nothingIsSpeltAsTwoWordsThatIsOne(Document document) {
		assertThat(document.text()).doesNotContain("can not ");
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
		assertThat(claims).hasSize(5)
			.allSatisfy(
					(claim) -> assertThat(FIGURE.matcher(claim.replaceAll("(99th|1,000)", "")).results()).isNotEmpty()
						.allSatisfy((figure) -> assertThat(measured)
							.containsPattern("(?<![\\d.,])" + Pattern.quote(figure.group()) + "(?![\\d])")));
	}

}
