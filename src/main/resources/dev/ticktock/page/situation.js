/** The sentence about the state, what needs attention, and the facts about the replicas. */

import { $, attribute, content, h, rows, s, text } from "./dom.js";
import { addressOf } from "./state.js";
import { ago, clock, duration, millisOf, readable } from "./time.js";

/** Requests of workers that were not granted have a section of their own: they are never urgent. */
const ASKED = new Set(["REGISTRATION", "UNMATCHED"]);

/** The kind that reports nothing that is wrong. */
const NOTE = "NOTE";

const TITLES = {
	DISCONNECTED: "No connection to the broker",
	BLOCKED: "The broker accepts no messages",
	OVERDUE: "No replica publishes",
	REPLICAS: "Replicas differ",
	JOURNAL: "The journal is not read",
	UNRECORDED: "Ticks are not recorded",
	CLOCK: "A clock is wrong",
	MISSED: "Published, and no worker took it",
	FAILED: "Jobs have failed",
	SKIPPED: "Skipped",
	REFUSED: "Ticks are refused",
	BINDINGS: "Bindings are not read",
	REGISTRATION: "Refused registration",
	UNMATCHED: "A key that no schedule publishes",
};

/** More of a kind than that are folded up. */
const OPEN = 3;

const VERDICTS = { well: "M9 16.5l5 5 9.5-10.5", bad: "M16 8.5v9.5M16 22.6v.8" };

/** On the page of an event, only what is about it, or about all. */
export function showSituation(overview, event) {
	const problems = overview.problems.filter((problem) => problem.kind !== NOTE);
	const urgent = problems.filter((problem) => !ASKED.has(problem.kind));
	const well = problems.length === 0;
	const isAbout = (problem) => !event || !problem.event || problem.event === event;
	const verdict = $("verdict");
	attribute(verdict, "class", `verdict ${well ? "well" : urgent.length > 0 ? "bad" : "fair"}`);
	attribute(verdict.lastElementChild, "d", VERDICTS[well ? "well" : "bad"]);
	text($("summary"), readable(overview.summary));
	announce(overview.summary, problems);
	text($("seen-by"), `as ${overview.replica.name} sees it`);
	showFacts(overview);
	showTroubles(urgent.filter(isAbout));
	showList("asked", problems.filter((problem) => ASKED.has(problem.kind)));
	showList("notes", overview.problems.filter((problem) => problem.kind === NOTE && isAbout(problem)));
	showReplicas(overview.replicas);
}

let announced = null;

/** A screen reader hears of what has changed, not of each next tick. */
function announce(summary, problems) {
	const key = problems.map((problem) => problem.kind + problem.event + problem.what).join();
	if (announced !== null && announced !== key) {
		text($("status"), key === "" ? "All well." : readable(summary));
	}
	announced = key;
}

function showFacts(overview) {
	const { replica, broker, journal, discovery } = overview;
	const facts = [
		["Leader", overview.leader ?? "none known"],
		["This replica", `${replica.role.toLowerCase().replaceAll("_", " ")} since ${clock(replica.since)}`],
		["Exchange", broker.exchange],
	];
	if (broker.clockOffset !== undefined) {
		const offset = millisOf(broker.clockOffset);
		facts.push(["Clock", `${duration(broker.clockOffset)} ${offset < 0 ? "behind" : "ahead of"} the broker's`]);
	}
	facts.push(["History", journal.state === "OFF" ? "what this replica published itself"
		: journal.completeSince ? `complete since ${clock(journal.completeSince)}` : "being read"]);
	if (discovery) {
		facts.push(["Workers", discovery.read === undefined ? "the bindings have not been read yet" : `${discovery.registered} registered ${discovery.registered === 1 ? "schedule" : "schedules"}, `
			+ `${discovery.unheard} ${discovery.unheard === 1 ? "event" : "events"} without a queue`]);
	}
	rows($("facts"), facts, ([name]) => name, ([name]) => h("div", {}, h("dt", {}, name), h("dd")),
		(element, [, value]) => text(element.lastElementChild, value));
}

function showTroubles(problems) {
	const kinds = Map.groupBy ? Map.groupBy(problems, (problem) => problem.kind) : grouped(problems);
	$("troubles").hidden = problems.length === 0;
	rows($("trouble-list"), [...kinds], ([kind]) => kind, createKind, updateKind);
}

function grouped(problems) {
	const kinds = new Map();
	problems.forEach((problem) => kinds.set(problem.kind, [...kinds.get(problem.kind) ?? [], problem]));
	return kinds;
}

function createKind([kind]) {
	return h("li", {},
		s("svg", { viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" },
			s("path", { d: "M10 2.5l8 14.5h-16zM10 8v4M10 14.2v.6" })),
		h("div", {}, h("h3", {}, TITLES[kind] ?? kind), h("ul", { class: "whats" }),
			h("details", { hidden: true }, h("summary"), h("ul", { class: "whats" })), h("p", { class: "remedy" })));
}

function updateKind(element, [, problems]) {
	const [, first, details, remedy] = element.lastElementChild.children;
	fill(first, problems.slice(0, OPEN));
	details.hidden = problems.length <= OPEN;
	text(details.firstElementChild, `${problems.length - OPEN} more`);
	fill(details.lastElementChild, problems.slice(OPEN));
	const remedies = [...new Set(problems.map((problem) => problem.remedy))];
	text(remedy, remedies.slice(0, 3).map(readable).join(" "));
}

function fill(list, problems) {
	rows(list, problems, (problem) => problem.what, () => h("li"), (item, problem) =>
		content(item, readable(problem.what), () => linked(readable(problem.what), problem.event)));
}

/** The sentence, in which the event is a link to its page. */
function linked(sentence, event) {
	const place = event ? sentence.indexOf(event) : -1;
	return place < 0 ? [sentence] : [sentence.slice(0, place), h("a", { href: addressOf(event) }, event),
		sentence.slice(place + event.length)];
}

function showList(id, problems) {
	$(`${id}-card`).hidden = problems.length === 0;
	rows($(id), problems, (problem) => problem.kind + problem.what, () => h("li", {}, h("p"), h("p", { class: "remedy" })),
		(item, problem) => {
			text(item.firstElementChild, readable(problem.what));
			text(item.lastElementChild, readable(problem.remedy));
		});
}

function showReplicas(replicas) {
	$("replicas-card").hidden = !replicas || replicas.length === 0;
	rows($("replicas"), replicas ?? [], (replica) => replica.name,
		() => h("tr", {}, h("th", { scope: "row" }), ...Array.from({ length: 6 }, () => h("td"))), (row, replica) => {
			const offset = replica.clockOffset === undefined ? "unknown"
				: `${duration(replica.clockOffset)} ${millisOf(replica.clockOffset) < 0 ? "behind" : "ahead"}`;
			[replica.name, replica.role?.toLowerCase().replaceAll("_", " "), replica.since && clock(replica.since),
				replica.version, offset, replica.seen && ago(replica.seen), differences(replica.differs)]
				.forEach((value, i) => text(row.children[i], value ?? ""));
		});
}

const differences = (differs) => differs === undefined ? "unknown" : differs ? "differ" : "the same";
