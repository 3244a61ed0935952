package dev.ticktock.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.ticktock.support.RequiresRabbitMq;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of a replica with 10,000 schedules.
 */
@RequiresChromium
@RequiresRabbitMq(privateNode = true)
class ManySchedulesInBrowserIntegrationTests {

	private static final int SCHEDULES = 10_000;

	private static final String ANSWER = """
			const begun = performance.now();
			await (await fetch("page/overview?timeline=12&size=25&sort=-lag&search=customer")).json();
			return performance.now() - begun;
			""";

	private static Path schedules(Path folder) throws IOException {
		StringBuilder yaml = new StringBuilder("ticktock:\n  scheduler:\n    cron:\n");
		for (int i = 0; i < SCHEDULES; i++) {
			yaml.append("      report.of.customer.%05d: \"%d %d * * * *\"\n".formatted(i, i % 60, i / 60 % 60));
		}
		return Files.writeString(folder.resolve("many.yaml"), yaml);
	}

	@Test
	void tenThousandSchedulesAreAsSmoothAsAFew(@TempDir Path folder) throws Exception {
		try (Pages pages = new Pages("--spring.config.additional-location=file:" + schedules(folder));
				Browser browser = new Browser()) {
			browser.open(pages.address("?search=customer&page=400"));
			browser.await("#count", "9,976 to 10,000 of 10,000");
			assertThat(browser.texts("#schedules .event")).hasSize(25).last().isEqualTo("report.of.customer.09999");
			browser.find("#search").clear();
			browser.find("#search").sendKeys("customer.0777");
			browser.await("#count", "1 to 10 of 10 that match");
			assertThat(browser.find("#more-rows").isDisplayed()).isFalse();
			List<Double> answers = new ArrayList<>();
			for (int i = 0; i < 50; i++) {
				answers.add(((Number) browser.run("return (async () => {%s})()".formatted(ANSWER))).doubleValue());
			}
			answers.sort(null);
			System.out.printf("10,000 schedules, searched and sorted, with a timeline: median %.0f ms%n",
					answers.get(25));
			assertThat(answers.get(25)).isLessThan(250);
			assertThat(browser.number("document.querySelectorAll('*').length")).isLessThan(2500);
			assertThat(browser.console()).isEmpty();
		}
	}

}
