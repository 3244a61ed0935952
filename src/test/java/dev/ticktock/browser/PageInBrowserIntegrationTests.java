package dev.ticktock.browser;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import dev.ticktock.support.Patience;
import dev.ticktock.support.RequiresRabbitMq;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of a leader on a real RabbitMQ.
 */
@RequiresRabbitMq(privateNode = true)
@TestMethodOrder(OrderAnnotation.class)
class PageInBrowserIntegrationTests {

	private static final String OVERVIEW = "";

	private static final String EVENT = "?event=" + Pages.JOB;

	private static Browser browser;

	private static Pages pages;

	@BeforeAll
	static void start() throws Exception {
		browser = new Browser();
		pages = new Pages();
	}

	@AfterAll
	static void stop() throws Exception {
		browser.close();
		pages.close();
	}

	@AfterEach
	void theConsoleIsEmpty() {
		assertThat(browser.console()).isEmpty();
		browser.view(1280, 900, false);
	}

	private static void open(String rest) {
		browser.open(pages.address(rest));
		browser.await(".age", "live");
	}

	private static List<String> events() {
		return browser.texts("#schedules .event");
	}

	@Test
	void aTickIsShownWithinTwoSecondsOfItsSlot() {
		open("?search=" + Pages.JOB);
		browser.await("#schedules .lag", "ms");
		Patience.await().during(Duration.ofSeconds(5)).until(() -> {
			String slot = browser.run("return document.querySelector('td.last time').dateTime").toString();
			return Instant.now().isBefore(Instant.parse(slot).plusSeconds(3));
		});
	}

	@ParameterizedTest
	@CsvSource({ "1280, false", "1280, true", "360, false", "360, true" })
	void noViolationIsSeriousAndNothingIsWiderThanTheView(int width, boolean dark) throws IOException {
		browser.view(width, 900, dark);
		for (String rest : List.of(OVERVIEW, EVENT)) {
			open(rest);
			browser.await(rest.equals(EVENT) ? "#event .event-title" : "#schedules .event", Pages.JOB.substring(0, 5));
			assertThat(browser.seriousViolations()).as("%s at %d pixels, dark: %s", rest, width, dark).isEmpty();
			assertThat(browser.number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
		}
	}

	@Test
	void aLineCanBeTried() {
		open("");
		browser.find("#try-line").sendKeys("30 2 * * 1-5");
		browser.awaitElements("#tried li", 5);
		assertThat(browser.text("#tried")).contains("At 02:30", "02:30:00 UTC");
		browser.find("#try-zone").sendKeys("Oslo");
		browser.await("#tried", "\"Europe/Oslo\" is probably meant. Use the name of a region");
		browser.awaitElements("#tried li", 0);
	}

	@Test
	void aLinkShowsWhatItsSenderSaw() {
		open("?search=cron.minute&sort=-event");
		browser.await("#count", "1 to 7 of 7 that match");
		assertThat(browser.find("#search").getDomProperty("value")).isEqualTo("cron.minute");
		assertThat(browser.find("th.event").getDomAttribute("aria-sort")).isEqualTo("descending");
		assertThat(events()).hasSize(7).doesNotContain("cron.hour.1").last().isEqualTo("cron.minute.1");
	}

	@Test
	void whatIsTypedAndClickedIsInTheAddress() {
		open(OVERVIEW);
		browser.find("#search").sendKeys("nightly");
		browser.await("#count", "1 of 1");
		assertThat(browser.run("return location.href").toString()).endsWith("?search=nightly");
		assertThat(browser.text("#schedules .line")).contains("At 02:30 (Europe/Oslo)", "30 2 * * *");
		browser.await("#schedules .queues", "reports");
		browser.find("th.lag a").click();
		browser.await("th[aria-sort]", "Lag");
		assertThat(browser.run("return location.href").toString()).endsWith("?search=nightly&sort=lag");
		browser.find("#schedules .event a").sendKeys(Keys.ENTER);
		browser.await("#event .event-title", Pages.NIGHTLY);
		assertThat(browser.run("return location.href").toString()).endsWith("?event=" + Pages.NIGHTLY);
		assertThat(browser.texts(".next-slots li")).hasSize(5)
			.allSatisfy((slot) -> assertThat(slot).containsPattern("0[23]:[03]0:00 UTC\\+0[12]:00"));
		browser.run("history.back()");
		browser.await("#count", "1 of 1");
		assertThat(browser.run("return location.href").toString()).endsWith("?search=nightly&sort=lag");
	}

	@Test
	void anEventHasItsPlotItsHistoryAndCommandsInTheLanguageChosenLast() throws Exception {
		pages.byHand(Pages.JOB);
		open(EVENT);
		browser.await(".plain", "by hand");
		browser.awaitElements(".plot canvas", 1);
		assertThat(browser.find(".plot").getDomAttribute("aria-label")).contains("in the median");
		assertThat(browser.text(".blocks")).contains("rabbitmqadmin");
		browser.run("document.querySelector('input[value=Python]').click()");
		assertThat(browser.text(".blocks")).contains("pika").doesNotContain("rabbitmqadmin");
		open("?event=" + Pages.NIGHTLY);
		browser.await(".blocks", "pika");
		browser.run("localStorage.clear()");
	}

	@Test
	void anEventThatIsNotKnownIsSaidToBe() {
		open("?event=no.such.event");
		browser.await("#event", "Neither a schedule nor the history");
	}

	@Test
	void whatAWorkerAsksForInVainIsNamed() {
		open(OVERVIEW);
		browser.await("#asked", "Did you mean \"stock.poll\"?");
		browser.await("#asked", "The binding of \"backups\" to \"backup.hourly\" registers nothing");
		assertThat(browser.find("#troubles").isDisplayed()).isFalse();
	}

	@Test
	void aPausedPageStaysAsItIs() {
		open("?search=" + Pages.JOB);
		browser.await("#schedules .lag", "ms");
		browser.find("#pause").click();
		browser.await(".age", "paused");
		String before = browser.text("main");
		assertThat(browser.find("#pause").getDomAttribute("aria-pressed")).isEqualTo("true");
		Awaitility.await()
			.pollDelay(Duration.ofSeconds(3))
			.untilAsserted(() -> assertThat(browser.text("main")).isEqualTo(before));
		browser.find("#pause").click();
		Patience.await().until(() -> !browser.text("main").equals(before));
	}

	@Test
	void rowsKeepTheirPlaceAndTheirFocusWhileTicksComeIn() {
		open(OVERVIEW);
		browser.await("#schedules .event", Pages.JOB);
		List<String> before = events();
		browser.run("document.querySelectorAll('#schedules .event a')[3].focus()");
		String last = browser.text("#schedules");
		Patience.await().until(() -> !browser.text("#schedules").equals(last));
		assertThat(events()).isEqualTo(before);
		assertThat(browser.run("return document.activeElement.textContent")).isEqualTo(before.get(3));
	}

	/** The quickest of some loads: the machine may be busy with something else. */
	@ParameterizedTest
	@CsvSource({ "''", EVENT })
	void thePageIsLightAndQuick(String rest) {
		List<Long> paints = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			browser.forgetFiles();
			open(rest);
			browser.await("main", Pages.JOB);
			assertThat(browser.number("""
					[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
						.reduce((sum, each) => sum + (each.transferSize || 0), 0)""")).isBetween(15_000L, 150_000L);
			paints.add(browser.number("performance.getEntriesByName(\"first-contentful-paint\")[0].startTime"));
		}
		assertThat(Collections.min(paints)).isLessThan(500);
	}

	@Test
	void howAJobEndedIsShown() throws Exception {
		open(EVENT);
		browser.await("#event .event-head", Pages.JOB);
		pages.answer("stock", Pages.JOB);
		browser.await("#event .event-head", "Last success");
		browser.await("#event .event-head", "in 2.5 s");
		browser.run("[...document.querySelectorAll('#event .foot button')].at(-1).click()");
		browser.await("#event .plain", "done in 2.5 s");
	}

	/** The last, because it stays on the page. */
	@Test
	@Order(Integer.MAX_VALUE)
	void aMissedTickIsShown() throws Exception {
		open(EVENT);
		browser.await("#event .event-title", Pages.JOB);
		pages.neglect("neglected", Pages.JOB);
		browser.await("#event", "by the queue neglected, expired");
		open(OVERVIEW);
		browser.await("#troubles", "neglected");
		browser.await("#troubles", Pages.JOB);
	}

	@Test
	void nothingRunsThatIsWrittenIntoTheData() {
		open("?search=" + "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E");
		browser.await("#nothing", "<img src=x onerror=alert(1)>");
		assertThat(browser.number("document.querySelectorAll('main img').length")).isZero();
	}

}
