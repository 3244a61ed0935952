package dev.ticktock.browser;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

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

	private static final String AXE = "/axe.min.js";

	private final Path profile;

	private final ChromeDriver driver;

	private final List<String> console = new ArrayList<>();

	Browser() {
		SELENIUM.setLevel(Level.SEVERE);
		try {
			this.profile = Files.createTempDirectory("ticktock-browser");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
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
		view(1280, 900, false);
	}

	static boolean isInstalled() {
		return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
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
		List<String> said = console();
		if (said.stream().anyMatch((line) -> line.contains("ERR_NETWORK_CHANGED"))) {
			this.driver.get(address);
		}
		else {
			this.console.addAll(said);
		}
	}

	void back() {
		this.driver.navigate().back();
	}

	String address() {
		return Objects.requireNonNull(this.driver.getCurrentUrl());
	}

	WebElement find(String css) {
		return this.driver.findElement(By.cssSelector(css));
	}

	/** Returns the texts of all elements that match. */
	List<String> texts(String css) {
		Object texts = run("return [...document.querySelectorAll(arguments[0])].map((each) => each.innerText)", css);
		return ((List<?>) Objects.requireNonNull(texts)).stream().map(String::valueOf).toList();
	}

	String text(String css) {
		return String.join("\n", texts(css));
	}

	Object run(String script, Object... arguments) {
		return Objects.requireNonNullElse(this.driver.executeScript(script, arguments), "");
	}

	long number(String script) {
		return ((Number) run("return Math.round(%s)".formatted(script))).longValue();
	}

	/** Waits until an element that matches has a text. */
	void await(String css, String text) {
		await(css, text, PATIENCE);
	}

	/** Waits until an element that matches has a text, and no longer than that. */
	void await(String css, String text, Duration atMost) {
		Awaitility.await("\"%s\" in %s".formatted(text, css))
			.atMost(atMost)
			.pollInterval(Duration.ofMillis(50))
			.until(() -> text(css).contains(text));
	}

	/** Waits until there are so many elements. */
	void awaitElements(String css, int count) {
		Awaitility.await("%d of %s".formatted(count, css))
			.atMost(PATIENCE)
			.until(() -> this.driver.findElements(By.cssSelector(css)).size() == count);
	}

	/** Forgets the files that it has kept, as if it came for the first time. */
	void forgetFiles() {
		this.driver.executeCdpCommand("Network.clearBrowserCache", Map.of());
	}

	/** Returns the elements that are wider than that, for the message of a failure. */
	List<String> wide(int width) {
		Object found = run("""
				return [...document.querySelectorAll("body *")]
					.filter((each) => each.getBoundingClientRect().right > arguments[0])
					.map((each) => each.tagName + "." + each.getAttribute("class") + "#" + each.id)""", width);
		return ((List<?>) found).stream().map(String::valueOf).toList();
	}

	/** Returns what the page has written to the console, and forgets it. */
	List<String> console() {
		List<String> said = new ArrayList<>(this.console);
		this.console.clear();
		this.driver.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::getMessage).forEach(said::add);
		return said;
	}

	/** Returns what axe-core finds that is serious or critical. */
	List<String> seriousViolations() {
		try (Stream<String> script = new BufferedReader(new InputStreamReader(
				Objects.requireNonNull(Browser.class.getResourceAsStream(AXE)), StandardCharsets.UTF_8))
			.lines()) {
			this.driver.executeScript(script.collect(Collectors.joining("\n")));
		}
		Object found = this.driver.executeAsyncScript(
				"""
						const done = arguments[arguments.length - 1];
						axe.run().then((results) => done(results.violations
							.filter((each) => ["serious", "critical"].includes(each.impact))
							.flatMap((each) => each.nodes.map((node) => each.id + ": " + node.html + " " + node.failureSummary))),
							(error) => done([String(error)]));
						""");
		return ((List<?>) Objects.requireNonNull(found)).stream().map(String::valueOf).toList();
	}

	/** Writes what is seen as a picture. */
	void picture(Path file) {
		try {
			Files.createDirectories(file.toAbsolutePath().getParent());
			Files.write(file, this.driver.getScreenshotAs(OutputType.BYTES));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
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
