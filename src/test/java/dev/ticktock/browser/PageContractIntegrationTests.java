package dev.ticktock.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

import dev.ticktock.support.RequiresRabbitMq;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page shows every answer of a replica: each time zone that Java accepts, each kind
 * of line and of problem, and 10,000 schedules.
 */
@RequiresRabbitMq(privateNode = true)
class PageContractIntegrationTests {

	private static final int MANY = 10_000;

	private static final List<String> OFFSETS = List.of("Z", "UT", "UTC+2", "GMT0", "UTC+02:30", "UTC-18:00", "+1",
			"+0130", "+01:30:15", "-013015", "-18:00", "UT-01:02:03");

	/** Modules of the page are the same for the test as for the page itself. */
	private static final String MODULES = """
			const module = (name) => import(new URL(`page/${name}.js`, document.baseURI));
			const json = async (address) => (await fetch(address)).json();
			const [{ showEvent, leaveEvent }, { showSituation }] = await Promise.all(["event", "situation"].map(module));
			const texts = (css) => [...document.querySelectorAll(css)].map((each) => each.textContent);
			""";

	private static List<String> zones;

	private static Pages pages;

	private static Browser browser;

	@BeforeAll
	static void start(@TempDir Path folder) throws Exception {
		TreeSet<String> all = new TreeSet<>(ZoneId.getAvailableZoneIds());
		all.addAll(OFFSETS);
		zones = List.copyOf(all);
		browser = new Browser();
		pages = new Pages("--spring.config.additional-location=file:" + schedules(folder));
	}

	/** No clock is changed at noon. The many are customers' reports. */
	private static Path schedules(Path folder) throws IOException {
		StringBuilder yaml = new StringBuilder("ticktock.scheduler.cron:\n");
		for (int i = 0; i < zones.size(); i++) {
			yaml.append("  zoned.%03d: {cron: \"0 12 * * *\", zone: \"%s\"}\n".formatted(i, zones.get(i)));
		}
		for (int i = 0; i < MANY; i++) {
			yaml.append("  report.of.customer.%05d: \"%d %d * * * *\"\n".formatted(i, i % 60, i / 60 % 60));
		}
		return Files.writeString(folder.resolve("schedules.yaml"), yaml);
	}

	@AfterAll
	static void stop() throws Exception {
		browser.close();
		pages.close();
	}

	@BeforeEach
	void open() {
		browser.open(pages.address("?search=cron."));
		browser.await("#count", "of 16 that match");
	}

	@AfterEach
	void theConsoleIsEmpty() {
		assertThat(browser.console()).isEmpty();
	}

	/** Returns the result of an asynchronous script, as a list of texts. */
	private static List<String> script(String body, Object... arguments) {
		return browser.list("const given = arguments; return (async () => {%s%s})()".formatted(MODULES, body),
				arguments);
	}

	@Test
	void tenThousandSchedulesAreAsSmoothAsAFew() {
		browser.open(pages.address("?search=customer&page=399"));
		browser.await("#count", "9,951 to 9,975 of 10,000");
		browser.run("[...document.querySelectorAll('#pages a')].find((a) => a.textContent === 'Next').click()");
		browser.await("#count", "9,976 to 10,000 of 10,000");
		assertThat(browser.texts("#schedules .event")).hasSize(25).last().isEqualTo("report.of.customer.09999");
		browser.find("#search").clear();
		browser.find("#search").sendKeys("customer.0777");
		browser.await("#count", "1 to 10 of 10 that match");
		List<String> milliseconds = script("""
				const taken = [];
				for (let i = 0; i < 50; i++) {
					const begun = performance.now();
					await json("page/overview?timeline=12&size=25&sort=-lag&search=customer");
					taken.push(Math.round(performance.now() - begun));
				}
				return taken.sort((a, b) => a - b);
				""");
		assertThat(Integer.parseInt(milliseconds.get(25))).as("%s", milliseconds).isLessThan(250);
		assertThat(browser.number("document.querySelectorAll('*').length")).isLessThan(2500);
	}

	@Test
	void thePageOfAnEventShowsEachZone() {
		List<String> slots = script("""
				const overview = await json("page/overview?size=1");
				const shown = [];
				for (let i = 0; i < given[0]; i++) {
					const event = `zoned.${String(i).padStart(3, "0")}`;
					showEvent(event, await json(`page/event?event=${event}`), overview);
					shown.push(texts(".next-slots time").join());
				}
				leaveEvent();
				return shown;
				""", zones.size());
		assertThat(slots).hasSize(zones.size())
			.allSatisfy(
					(each) -> assertThat(each).matches("(?:.*?, 12:00:00 UTC(?:[+-]\\d\\d:\\d\\d(?::\\d\\d)?)?,?){5}"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					0 */15 * * * *                           | Every 15 minutes
					30 2 * * *                               | At 02:30 (Europe/Oslo)
					0 6 * * 7                                | At 06:00, only on Sunday (Europe/Oslo)
					*/15 8-17 * * MON-FRI                    | Every 15 minutes, between 08:00 and 17:59, Monday through Friday (Europe/Oslo)
					0 6 L * *                                | At 06:00, on the last day of the month (Europe/Oslo)
					0 6 15W * ?                              | At 06:00, on the weekday nearest day 15 of the month (Europe/Oslo)
					0 0 6 ? * 5#2                            | At 06:00, on the second Friday of the month (Europe/Oslo)
					0 9 13 * FRI                             | At 09:00, on day 13 of the month, and on Friday (Europe/Oslo)
					0 0 6 L-3W * *                           | ''
					@Hourly                                  | Every hour
					CRON_TZ=Europe/Oslo @weekly              | At 00:00, only on Sunday (Europe/Oslo)
					H H * * *                                | ''
					@at 2026-12-01T09:00                     | Once
					@from 2026-12-01 @until 2027-01-31 @hourly | Every hour from 2026-12-01 until 2027-01-31
					@every 90s                               | Every 90 seconds
					@every 1d1h30m                           | Every 1 day 1 hour 30 minutes
					@Every PT45M                             | Every 45 minutes
					""")
	void aLineIsSaidInWords(String line, String expected) {
		assertThat(script("return [(await module('words')).wordsOf({ line: given[0], zone: 'Europe/Oslo' })];", line))
			.containsExactly(expected);
	}

	@Test
	void eachKindOfProblemHasATitleAndOnlyANoteIsCalm() throws ClassNotFoundException {
		List<String> kinds = Arrays.stream(Class.forName("dev.ticktock.observe.Problem$Kind").getEnumConstants())
			.map(String::valueOf)
			.toList();
		List<String> shown = script(
				"""
						const overview = await json("page/overview?size=1");
						return given[0].map((kind) => {
							showSituation({ ...overview, problems: [{ kind, what: `what of ${kind}`, remedy: "The remedy." }] }, "");
							const lines = document.querySelector("main").innerText.split("\\n");
							return [document.getElementById("verdict").getAttribute("class"),
								...["The remedy.", `what of ${kind}`, kind].map((each) => lines.includes(each))].join();
						});
						""",
				kinds);
		assertThat(shown).isEqualTo(kinds.stream().map((kind) -> "verdict %s,true,true,false".formatted(switch (kind) {
			case "NOTE" -> "well";
			case "REGISTRATION", "UNMATCHED" -> "fair";
			default -> "bad";
		})).toList());
	}

	@Test
	void anEventOnHoldHasTheNameAndTheReasonAndItsSlotsAreHeld() {
		List<String> shown = script(
				"""
						const overview = await json("page/overview?size=1");
						const report = await json(`page/event?event=${given[0]}`);
						const held = { key: "report.#", by: "ana", why: "a <new> disk" };
						report.skipped = [{ first: "2026-03-01T01:30:00Z", last: "2026-03-03T01:30:00Z", count: 3, atLeast: false,
							reason: "held", noticed: "2026-03-03T01:30:00Z" }];
						localStorage.setItem("ticktock.language", "Python");
						delete report.schedule.held;
						showEvent(given[0], report, overview);
						report.schedule.held = held;
						showEvent(given[0], report, overview);
						const resume = texts(".blocks code")[3];
						const shown = texts("#event .facts dd, #event .lost li");
						leaveEvent();
						localStorage.clear();
						return [resume, ...shown];
						""",
				Pages.NIGHTLY);
		assertThat(shown).first()
			.asString()
			.contains("\"report.#\"", "arguments={\"by\":\"ana\",\"why\":\"a <new> disk\"}");
		assertThat(shown).contains("with the key report.#, by ana: a <new> disk")
			.last()
			.asString()
			.startsWith("held 3 slots from ")
			.contains("because the event was on hold");
	}

	@Test
	void commandsQuoteTheVirtualHost() {
		List<String> commands = script("""
				const overview = await json("page/overview?size=1");
				const report = await json(`page/event?event=${given[0]}`);
				const shown = [];
				for (const language of ["Shell", "Python"]) {
					localStorage.setItem("ticktock.language", language);
					showEvent(given[0], report, { ...overview, broker: { ...overview.broker, virtualHost: given[1] } });
					shown.push(...texts(".blocks code"));
					leaveEvent();
				}
				localStorage.clear();
				return shown;
				""", Pages.NIGHTLY, "it's \"b\"");
		assertThat(commands).hasSize(10);
		assertThat(commands.subList(0, 5)).allMatch((each) -> each.contains("rabbitmqadmin --vhost='it'\\''s \"b\"' "));
		assertThat(commands.subList(5, 10)).allMatch(
				(each) -> each.contains("pika.ConnectionParameters(\"localhost\", virtual_host=\"it's \\\"b\\\"\"))"));
	}

}
