package dev.ticktock.browser;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.ticktock.support.RequiresRabbitMq;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Makes the pictures of the documents, in the folder that the property names.
 */
@RequiresRabbitMq(privateNode = true)
class PicturesTrial {

	private static final String FOLDER = "ticktock.test.pictures";

	@Test
	@EnabledIfSystemProperty(named = FOLDER, matches = ".+")
	void pictures() throws Exception {
		Path folder = Path.of(System.getProperty(FOLDER));
		Files.createDirectories(folder);
		try (Browser browser = new Browser(); Pages pages = new Pages()) {
			pages.inventPast();
			for (boolean dark : List.of(false, true)) {
				for (boolean wide : List.of(true, false)) {
					String name = "%s-%s.png".formatted(wide ? "wide" : "narrow", dark ? "dark" : "light");
					browser.view(wide ? 1180 : 360, wide ? 950 : 780, dark);
					browser.open(pages.address(wide ? "?timeline=6" : "?sort=-lag"));
					browser.await("#schedules", wide ? "newsletter.weekly" : Pages.JOB);
					browser.picture(folder.resolve("page-overview-" + name));
					browser.open(pages.address("?event=cache.warm"));
					browser.awaitElements(".plot canvas", 1);
					browser.run("document.querySelector('.back').scrollIntoView()");
					browser.picture(folder.resolve("page-event-" + name));
				}
			}
		}
	}

}
