/** The page of one event. */

import { $, attribute, content, h, rows, text } from "./dom.js";
import { commands } from "./commands.js";
import { label, words } from "./marks.js";
import { Plot } from "./plot.js";
import { originOf, validityOf } from "./table.js";
import { clock, lag, readable, until, withOffset } from "./time.js";
import { wordsOf } from "./words.js";

const REASONS = { outage: "the broker was unreachable", blocked: "the broker blocked publishing", no_leader: "no replica led", late: "the leader was late", held: "the event was on hold", unknown: "of a reason that this version does not know" };

/** So many ticks are listed at first. */
const LISTED = 10;

let view = null;

export function leaveEvent() {
	view = null;
	$("event").replaceChildren();
}

export function showEvent(event, report, overview) {
	if (view?.event !== event) {
		view = report ? create(event, overview.broker) : { event, unknown: true };
		$("event").replaceChildren(report ? view.root : unknown(event));
	}
	else if (view.unknown && report) {
		leaveEvent();
		showEvent(event, report, overview);
	}
	if (report && !view.unknown) {
		update(report);
	}
}

const back = () => h("nav", { class: "back", "aria-label": "Back" }, h("a", { href: "./" }, "\u2190 All schedules"));

function unknown(event) {
	return h("div", {}, back(), h("section", { class: "card" }, h("h2", {}, event),
		h("p", {}, "Neither a schedule nor the history of the last seven days has this event.")));
}

const table = (...titles) => h("table", { class: "plain" },
	h("thead", {}, h("tr", {}, ...titles.map((title) => h("th", { scope: "col" }, title)))), h("tbody"));

function create(event, broker) {
	const parts = {
		event,
		broker,
		title: h("h2", { class: "event-title", tabindex: -1 }, event),
		due: h("p", { class: "due" }),
		facts: h("dl", { class: "facts" }),
		next: h("ol", { class: "next-slots" }),
		ended: h("p", {}),
		numbers: h("p", { class: "quiet" }),
		plot: h("div", { class: "plot", role: "img" }),
		ticks: table("Slot", "Published", "Lag", "Leader", "Job"),
		all: h("button", { type: "button", onclick: () => {
			parts.open = !parts.open;
			showTicks(parts.report);
		} }),
		lost: h("div", { class: "lost" }),
		queues: h("ul", { class: "queues-list" }),
		commands: h("div"),
		open: false,
	};
	const card = (id, title, ...children) => h("section", { class: "card", "aria-labelledby": id },
		h("div", { class: "head" }, h("h2", { id }, title)), ...children);
	parts.root = h("div", {}, back(),
		h("section", { class: "card event-head" }, parts.title, parts.due, parts.facts, parts.ended),
		h("div", { class: "columns" },
			card("next-title", "Next five slots", parts.next),
			card("queues-title", "Queues", parts.queues)),
		card("history-title", "Lag of the last ticks", parts.numbers, parts.plot),
		card("lost-title", "Skipped and missed", parts.lost),
		card("ticks-title", "Ticks", h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": "Ticks" }, parts.ticks),
			h("div", { class: "foot" }, h("span"), parts.all)),
		parts.commands);
	parts.drawing = new Plot(parts.plot);
	return parts;
}

function update(report) {
	view.report = report;
	const { schedule } = report;
	content(view.due, schedule ? schedule.line + schedule.zone : "", () => schedule
		? [`${wordsOf(schedule)} `, h("code", {}, schedule.line)]
		: ["No schedule publishes this event any more."]);
	showFacts(schedule);
	text(view.ended, schedule ? endOf(schedule) : "");
	showNext(report.next, schedule?.zone);
	showNumbers(report.ticks);
	view.drawing.show(report.ticks).catch((error) => text(view.plot, error.message));
	showLost(report);
	showTicks(report);
	content(view.commands, JSON.stringify(schedule?.held ?? {}), () => [commands(view.broker, view.event, schedule?.held)]);
	const queues = schedule?.queues;
	rows(view.queues, queues?.length ? queues : [queues ? "No queue is bound to this event: its ticks reach no worker."
		: "The bindings cannot be read, so the queues are unknown."], (queue) => queue, () => h("li"), text);
}

function showFacts(schedule) {
	const facts = schedule ? [
		["Source", originOf(schedule)],
		["Time zone", schedule.zone ?? "does not matter"],
		["A tick is valid for", validityOf(schedule)],
		["Next", schedule.next ? until(schedule.next) : "done"],
		...schedule.held ? [["On hold", heldBy(schedule.held)]] : [],
	] : [];
	rows(view.facts, facts, ([name]) => name, ([name]) => h("div", {}, h("dt", {}, name), h("dd")), (element, [name, value]) => {
		if (name === "Next" && schedule.next) {
			attribute(element.lastElementChild, "data-until", schedule.next);
		}
		text(element.lastElementChild, value);
	});
}

const heldBy = ({ key, by, why }) => `with the key ${key}${by ? `, by ${by}` : ""}${why ? `: ${why}` : ""}`;

/** What the workers of an event answer, if they do. */
function endOf({ lastSuccess, lastFailure, unanswered }) {
	const took = (outcome) => outcome.seconds === undefined ? "" : ` in ${seconds(outcome.seconds)}`;
	return [lastSuccess && `Last success: the slot of ${clock(lastSuccess.slot)}${took(lastSuccess)}.`,
		lastFailure && `Last failure: the slot of ${clock(lastFailure.slot)}${took(lastFailure)}${lastFailure.message ? `: ${lastFailure.message}` : ""}.`,
		unanswered && `${unanswered} ${unanswered === 1 ? "tick has" : "ticks have"} no answer.`].filter(Boolean).join(" ");
}

const seconds = (number) => lag(Math.round(number * 1000));

/** In the time zone of the schedule, with its offset, so that a change of the clocks shows. */
function showNext(slots, zone) {
	rows(view.next, slots, (slot) => slot, (slot) => h("li", {}, h("time", { datetime: slot }),
		h("small", { "data-until": slot })), (item, slot) => {
		text(item.firstElementChild, withOffset(slot));
		text(item.lastElementChild, until(slot));
	});
	attribute(view.next, "title", zone ? `in ${zone}` : null);
}

function showNumbers(ticks) {
	const lags = ticks.filter((tick) => tick.lagMillis !== undefined).map((tick) => tick.lagMillis).sort((a, b) => a - b);
	const words = lags.length === 0 ? "No tick is known yet."
		: `${lags.length} ${lags.length === 1 ? "tick" : "ticks"}: ${lag(lags[Math.floor(lags.length / 2)])} in the median, ${lag(lags.at(-1))} at most.`;
	text(view.numbers, words);
	attribute(view.plot, "aria-label", `Plot of the lag. ${words} The ticks are listed below.`);
	view.plot.hidden = lags.length === 0;
}

function showLost(report) {
	const skipped = report.skipped.map((skip) => [skip.reason === "held" ? "HELD" : "SKIPPED", skip.count > 1
		? `${skip.atLeast ? "at least " : ""}${skip.count.toLocaleString("en")} slots from ${clock(skip.first)} to ${clock(skip.last)}`
		: `the slot of ${clock(skip.first)}`,
		`because ${REASONS[skip.reason] ?? skip.reason}${skip.since ? ` since ${clock(skip.since)}` : ""}; noticed ${clock(skip.noticed)}`]);
	const missed = (report.missed ?? []).map((miss) => ["MISSED", miss.slot ? `the tick of ${clock(miss.slot)}` : "a tick",
		`by the queue ${miss.queue}, ${readable(String(miss.reason))}, ${clock(miss.at)}`]);
	const all = [...missed, ...skipped];
	content(view.lost, JSON.stringify(all), () => all.length === 0 ? [h("p", {}, "Nothing that is known.")]
		: [h("ul", {}, ...all.map(([state, what, why]) => h("li", {}, label(state), h("span", {}, ` ${what}`), h("small", {}, ` ${why}`))))]);
}

function showTicks(report) {
	const ends = new Map((report.outcomes ?? []).map((outcome) => [outcome.slot, outcome]));
	const ticks = view.open ? report.ticks : report.ticks.slice(0, LISTED);
	rows(view.ticks.lastElementChild, ticks, (tick) => `${tick.slot} ${tick.byHand}`, () => h("tr", {},
		h("th", { scope: "row" }), h("td"), h("td", { class: "lag" }), h("td"), h("td")), (row, tick) => {
		const state = tick.byHand ? "BY_HAND" : tick.lagMillis >= 1000 ? "LATE" : "PUBLISHED";
		text(row.children[0], clock(tick.slot));
		attribute(row, "title", words({ ...tick, state }));
		content(row.children[1], state, () => [label(state)]);
		text(row.children[2], tick.lagMillis === undefined ? "" : lag(tick.lagMillis));
		text(row.children[3], tick.leader ?? "");
		const end = tick.byHand ? undefined : ends.get(tick.slot);
		text(row.children[4], end ? `${end.status}${end.seconds === undefined ? "" : ` in ${seconds(end.seconds)}`}` : "");
	});
	view.all.hidden = report.ticks.length <= LISTED;
	text(view.all, view.open ? "Show fewer" : `Show all ${report.ticks.length}`);
}
