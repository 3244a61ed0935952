package dev.ticktock.browser;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import dev.ticktock.support.RequiresRabbitMq;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Makes the pictures of the documents, in the folder that the property names.
 */
@RequiresChromium
@RequiresRabbitMq(privateNode = true)
class PicturesTrial {

	private static final String FOLDER = "ticktock.test.pictures";

	private static final long LARGEST = 150_000;

	@Test
	@EnabledIfSystemProperty(named = FOLDER, matches = ".+")
	void pictures() throws Exception {
		Path folder = Path.of(System.getProperty(FOLDER));
		try (Pages pages = new Pages(); Browser browser = new Browser()) {
			pages.inventPast();
			for (String scheme : List.of("light", "dark")) {
				browser.view(1180, 950, scheme.equals("dark"));
				browser.open(pages.address("?timeline=6"));
				browser.await("#schedules", "newsletter.weekly");
				browser.picture(folder.resolve("page-overview-wide-%s.png".formatted(scheme)));
				browser.open(pages.address("?event=cache.warm"));
				browser.awaitElements(".plot canvas", 1);
				browser.run("document.querySelector('.back').scrollIntoView()");
				browser.picture(folder.resolve("page-event-wide-%s.png".formatted(scheme)));
				browser.view(360, 780, scheme.equals("dark"));
				browser.open(pages.address("?sort=-lag"));
				browser.await("#schedules", Pages.JOB);
				browser.picture(folder.resolve("page-overview-narrow-%s.png".formatted(scheme)));
				browser.open(pages.address("?event=cache.warm"));
				browser.awaitElements(".plot canvas", 1);
				browser.run("document.querySelector('.back').scrollIntoView()");
				browser.picture(folder.resolve("page-event-narrow-%s.png".formatted(scheme)));
			}
		}
		try (Stream<Path> files = Files.list(folder)) {
			assertThat(files.filter((file) -> file.toString().endsWith(".png"))).hasSize(8)
				.allSatisfy((picture) -> assertThat(Files.size(picture)).isBetween(5_000L, LARGEST));
		}
	}

}
