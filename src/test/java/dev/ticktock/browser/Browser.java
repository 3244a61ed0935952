package dev.ticktock.browser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;

import dev.ticktock.support.Patience;
import dev.ticktock.support.Skipped;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

import org.springframework.core.io.ClassPathResource;
import org.springframework.util.FileSystemUtils;

import static dev.ticktock.support.Patience.PATIENCE;

/**
 * A headless Chromium with a profile of its own. It loads nothing but what a test tells
 * it to.
 */
final class Browser implements AutoCloseable {

	private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

	private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

	/** It warns that it knows no tools of this version, of which none are used. */
	private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

	private final Path profile;

	private final ChromeDriver driver;

	private final List<String> console = new ArrayList<>();

	Browser() throws IOException {
		if (!Files.isExecutable(CHROMIUM) || !Files.isExecutable(DRIVER)) {
			throw Skipped.without("Chromium", "chromium", "chromium-driver");
		}
		SELENIUM.setLevel(Level.SEVERE);
		this.profile = Files.createTempDirectory("ticktock-browser");
		ChromeOptions options = new ChromeOptions().setBinary(CHROMIUM.toString())
			.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
					"--disable-background-networking", "--disable-component-update", "--disable-sync",
					"--disable-dev-shm-usage", "--hide-scrollbars", "--user-data-dir=" + this.profile);
		LoggingPreferences logs = new LoggingPreferences();
		logs.enable(LogType.BROWSER, Level.ALL);
		options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
		this.driver = new ChromeDriver(
				new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).usingAnyFreePort().build(),
				options);
		this.driver.manage().timeouts().scriptTimeout(PATIENCE);
		view(1280, 900, false);
	}

	/** Sets the size of the view and the colours that its reader prefers. */
	void view(int width, int height, boolean dark) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
	}

	/**
	 * Opens a page; once more if an interface of the machine came or went meanwhile, at
	 * which Chromium gives up what it loads.
	 */
	void open(String address) {
		this.driver.get(address);
		List<String> lines = console();
		if (lines.stream().anyMatch((line) -> line.contains("ERR_NETWORK_CHANGED"))) {
			this.driver.get(address);
		}
		else {
			this.console.addAll(lines);
		}
	}

	WebElement find(String css) {
		return this.driver.findElement(By.cssSelector(css));
	}

	List<String> texts(String css) {
		return list("return [...document.querySelectorAll(arguments[0])].map((each) => each.innerText)", css);
	}

	String text(String css) {
		return String.join("\n", texts(css));
	}

	Object run(String script, Object... arguments) {
		return Objects.requireNonNullElse(this.driver.executeScript(script, arguments), "");
	}

	/** Returns the list that a script yields, or promises, as texts. */
	List<String> list(String script, Object... arguments) {
		return ((List<?>) run(script, arguments)).stream().map(String::valueOf).toList();
	}

	long number(String script) {
		return ((Number) run("return Math.round(%s)".formatted(script))).longValue();
	}

	void await(String css, String text) {
		Patience.await("\"%s\" in %s".formatted(text, css))
			.pollInterval(Duration.ofMillis(50))
			.until(() -> text(css).contains(text));
	}

	void awaitElements(String css, int count) {
		Patience.await("%d of %s".formatted(count, css))
			.until(() -> this.driver.findElements(By.cssSelector(css)).size() == count);
	}

	void forgetFiles() {
		this.driver.executeCdpCommand("Network.clearBrowserCache", Map.of());
	}

	/** Returns and forgets the lines that the page has written to the console. */
	List<String> console() {
		List<String> lines = new ArrayList<>(this.console);
		this.console.clear();
		this.driver.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.map(LogEntry::getMessage)
			.forEach(lines::add);
		return lines;
	}

	/** Returns what axe-core finds that is serious or critical. */
	List<String> seriousViolations() throws IOException {
		this.driver.executeScript(new ClassPathResource("axe.min.js").getContentAsString(StandardCharsets.UTF_8));
		return list(
				"""
						return axe.run().then((results) => results.violations
							.filter((each) => ["serious", "critical"].includes(each.impact))
							.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.html} ${node.failureSummary}`)))""");
	}

	void picture(Path file) throws IOException {
		Files.write(file, this.driver.getScreenshotAs(OutputType.BYTES));
	}

	@Override
	public void close() {
		try {
			this.driver.quit();
		}
		finally {
			FileSystemUtils.deleteRecursively(this.profile.toFile());
		}
	}

}
