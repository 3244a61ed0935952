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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page shows every answer of a replica: each time zone that Java accepts, each year
 * of four digits, each kind of problem, and two problems of one name.
 */
@RequiresChromium
@RequiresRabbitMq(privateNode = true)
class PageContractIntegrationTests {

	private static final int ROWS = 25;

	private static final List<String> OFFSETS = List.of("Z", "UTC", "UT", "GMT", "UTC+2", "UT+2", "GMT+2", "GMT0",
			"UTC+02:30", "UTC-18:00", "+1", "+01", "+0130", "+01:30", "+01:30:15", "-013015", "-18:00", "UT-01:02:03");

	/** Modules of the page are the same for the test as for the page itself. */
	private static final String MODULES = """
			const module = (name) => import(new URL(`page/${name}.js`, document.baseURI));
			const json = async (address) => (await fetch(address)).json();
			const [{ showEvent, leaveEvent }, { showSituation }, { showTable }, { showTimeline }, time] =
				await Promise.all(["event", "situation", "table", "timeline", "time"].map(module));
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
		pages = new Pages("--spring.config.additional-location=file:" + schedules(folder));
		browser = new Browser();
	}

	/** No clock is changed at noon. */
	private static Path schedules(Path folder) throws IOException {
		StringBuilder yaml = new StringBuilder("ticktock.scheduler.cron:\n");
		for (int i = 0; i < zones.size(); i++) {
			yaml.append("  zoned.%03d: {cron: \"0 12 * * *\", zone: \"%s\"}\n".formatted(i, zones.get(i)));
		}
		return Files.writeString(folder.resolve("zones.yaml"), yaml);
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

	/** Returns the result of an asynchronous script, as a list of texts. */
	private static List<String> script(String body, Object... arguments) {
		Object found = browser.run("const given = arguments; return (async () => {%s%s})()".formatted(MODULES, body),
				arguments);
		return ((List<?>) found).stream().map(String::valueOf).toList();
	}

	@Test
	void theTableShowsEachZone() {
		browser.open(pages.address("?search=zoned."));
		List<String> due = new ArrayList<>();
		for (int page = 1; due.size() < zones.size(); page++) {
			int last = Math.min(page * ROWS, zones.size());
			browser.await("#count", "%,d to %,d of".formatted(due.size() + 1, last));
			List<String> shown = browser.texts("#schedules td.next");
			assertThat(shown).as("page %d", page).hasSize(last - due.size());
			due.addAll(shown);
			if (last < zones.size()) {
				browser.run("[...document.querySelectorAll('#pages a')].find((a) => a.textContent === 'Next').click()");
			}
		}
		assertThat(due).allSatisfy((cell) -> assertThat(cell).contains("12:00"));
		assertThat(browser.find("#stale").isDisplayed()).isFalse();
		assertThat(browser.console()).isEmpty();
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
		assertThat(browser.console()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					0 */15 * * * *                           | Every 15 minutes
					0 7 * * * *                              | At 7 minutes past the hour
					30 2 * * *                               | At 02:30 (Europe/Oslo)
					0 6 * * 7                                | At 06:00, only on Sunday (Europe/Oslo)
					*/15 8-17 * * MON-FRI                    | Every 15 minutes, between 08:00 and 17:59, Monday through Friday (Europe/Oslo)
					0 6 L * *                                | At 06:00, on the last day of the month (Europe/Oslo)
					0 6 15W * ?                              | At 06:00, on the weekday nearest day 15 of the month (Europe/Oslo)
					0 0 6 ? * 5#2                            | At 06:00, on the second Friday of the month (Europe/Oslo)
					0 9 13 * FRI                             | At 09:00, on day 13 of the month, and on Friday (Europe/Oslo)
					0 0 9 13 * FRI                           | At 09:00, on day 13 of the month, only on Friday (Europe/Oslo)
					0 9 */2 * FRI                            | At 09:00, every 2 days in a month, only on Friday (Europe/Oslo)
					0 0 6 L-3W * *                           | ''
					@Hourly                                  | Every hour
					@daily                                   | At 00:00 (Europe/Oslo)
					CRON_TZ=Europe/Oslo @weekly              | At 00:00, only on Sunday (Europe/Oslo)
					TZ=Europe/Oslo 30 2 * * *                | At 02:30 (Europe/Oslo)
					@every 90s                               | Every 90 seconds
					@every 1d1h30m                           | Every 1 day 1 hour 30 minutes
					@Every PT45M                             | Every 45 minutes
					@every 1h                                | Every hour
					""")
	void aLineIsSaidInWords(String line, String expected) {
		assertThat(script("return [(await module('words')).wordsOf({ line: given[0], zone: 'Europe/Oslo' })];", line))
			.containsExactly(expected);
	}

	@Test
	void eachYearIsShown() {
		List<String> broken = script(
				"""
						const overview = JSON.stringify(await json("page/overview?size=25&timeline=12"));
						const report = JSON.stringify(await json(`page/event?event=${given[0]}`));
						const broken = [];
						for (let year = 1; year <= 9999; year++) {
							const inYear = (text) => text.replace(/\\b\\d{4}(?=-\\d\\d-\\d\\dT)/g, String(year).padStart(4, "0"));
							const at = inYear("2000-02-28T23:59:59Z");
							try {
								const words = [time.clock(at), time.until(at), time.ago(at), time.hourAndMinute(at),
									time.readable(`since ${at}`)];
								if (year % 500 === 1 || year === 9999) {
									const answer = JSON.parse(inYear(overview));
									showSituation(answer, "");
									showTable(answer.schedules);
									showTimeline(answer.timeline);
									showEvent(given[0], JSON.parse(inYear(report)), answer);
									words.push(document.querySelector("main").textContent);
								}
								const bad = words.find((each) => /NaN|undefined|Invalid Date/.test(each));
								if (bad) {
									broken.push(`${year}: ${bad}`);
								}
							}
							catch (error) {
								broken.push(`${year}: ${error}`);
							}
						}
						leaveEvent();
						return broken;
						""",
				Pages.NIGHTLY);
		assertThat(broken).isEmpty();
		assertThat(browser.console()).isEmpty();
	}

	@Test
	void eachKindOfProblemHasATitleAndOnlyANoteIsCalm() throws ClassNotFoundException {
		List<String> kinds = Arrays.stream(Class.forName("dev.ticktock.observe.Overview$Kind").getEnumConstants())
			.map(String::valueOf)
			.toList();
		List<String> shown = script(
				"""
						const overview = await json("page/overview?size=1");
						return given[0].map((kind) => {
							showSituation({ ...overview, problems: [{ kind, what: `what of ${kind}`, remedy: "The remedy." }] }, "");
							const visible = document.querySelector("main").innerText.split("\\n");
							return [kind, document.getElementById("verdict").getAttribute("class"), visible.includes(kind) ? "no title" : "titled",
								visible.filter((line) => line === `what of ${kind}` || line === "The remedy.").length].join();
						});
						""",
				kinds);
		List<String> asked = List.of("REGISTRATION", "UNMATCHED");
		assertThat(shown).isEqualTo(kinds.stream()
			.map((kind) -> "%s,verdict %s,titled,2".formatted(kind,
					kind.equals("NOTE") ? "well" : asked.contains(kind) ? "fair" : "bad"))
			.toList());
	}

	@Test
	void commandsNameTheVirtualHostUnlessItIsTheDefault() {
		List<String> commands = script("""
				const overview = await json("page/overview?size=1");
				const report = await json(`page/event?event=${given[0]}`);
				const shown = [];
				for (const virtualHost of [overview.broker.virtualHost, given[1]]) {
					for (const language of ["Shell", "Python"]) {
						localStorage.setItem("ticktock.language", language);
						showEvent(given[0], report, { ...overview, broker: { ...overview.broker, virtualHost } });
						shown.push(...texts(".blocks code"));
						leaveEvent();
					}
				}
				localStorage.clear();
				return shown;
				""", Pages.NIGHTLY, "it's \"b\"");
		assertThat(commands).hasSize(12);
		assertThat(commands.subList(0, 6)).noneMatch((each) -> each.contains("host="));
		assertThat(commands.subList(6, 9))
			.allSatisfy((each) -> assertThat(each.lines()).filteredOn((line) -> line.startsWith("rabbitmqadmin"))
				.isNotEmpty()
				.allMatch((line) -> line.startsWith("rabbitmqadmin --vhost='it'\\''s \"b\"' ")));
		assertThat(commands.subList(9, 12)).allMatch(
				(each) -> each.contains("pika.ConnectionParameters(\"localhost\", virtual_host=\"it's \\\"b\\\"\"))"));
	}

	@Test
	void whatIsNotKnownYetIsNotCounted() {
		assertThat(script("""
				const overview = await json("page/overview?size=1");
				showSituation({ ...overview, discovery: { whole: true } }, "");
				return texts("#facts div");
				""")).last().isEqualTo("Workersthe bindings have not been read yet");
	}

	@Test
	void twoOfOneNameStayTwo() {
		List<String> counts = script("""
				const overview = await json("page/overview?size=1");
				const twice = (each) => [each, { ...each }];
				const problem = { kind: "UNMATCHED", what: "\\"a\\" is bound to \\"b\\"", remedy: "The remedy." };
				const counts = [];
				for (let i = 0; i < 4; i++) {
					showSituation({ ...overview, replicas: twice(overview.replicas[0]), problems: [...twice(problem),
						...twice({ ...problem, kind: "SKIPPED" })] }, "");
					counts.push(["#replicas tr", "#asked li", "#trouble-list .whats:first-of-type li"]
						.map((css) => document.querySelectorAll(css).length).join());
				}
				return counts;
				""");
		assertThat(counts).containsOnly("2,2,2");
	}

	/** An answer that the page does not understand in one place. */
	@Test
	void aRowThatCannotBeShownCostsThatRowAndTheReplicaIsNotBlamed() {
		browser.run("""
				const fetched = window.fetch;
				window.fetch = async (...request) => {
					const response = await fetched(...request);
					if (response.status === 304) {
						return response;
					}
					const answer = await response.json();
					delete answer.schedules.items[1].validity;
					answer.schedules.items[2].queues = ["changed"];
					return new Response(JSON.stringify(answer));
				};
				document.getElementById("pause").click();
				document.getElementById("pause").click();
				""");
		browser.await("#schedules tr:nth-child(3) .queues", "changed");
		browser.await("#stale", "cannot be shown");
		assertThat(browser.text("#stale")).doesNotContain("cannot be asked");
		assertThat(browser.texts("#schedules tr")).hasSize(16);
		assertThat(browser.texts("#timeline tr")).isNotEmpty();
		assertThat(browser.text(".age")).isEqualTo("live");
		browser.console();
	}

}
