/** The page of one event. */

import { $, attribute, content, h, rows, s, text } from "./dom.js";
import { commands } from "./commands.js";
import { label, words } from "./marks.js";
import { Plot } from "./plot.js";
import { originOf, validityOf } from "./table.js";
import { clock, dayOf, hourOf, lag, lastDays, now, readable, until, withOffset } from "./time.js";

const REASONS = { outage: "the broker was unreachable", blocked: "the broker blocked publishing", refused: "the broker refuses its ticks", no_leader: "no replica led", late: "the leader was late", unknown: "of a reason that this version does not know" };

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
		title: h("h2", { class: "event-title", tabindex: -1 }, event),
		due: h("p", { class: "due" }),
		facts: h("dl", { class: "facts" }),
		next: h("ol", { class: "next-slots" }),
		numbers: h("p", { class: "quiet" }),
		plot: h("div", { class: "plot", role: "img" }),
		week: h("div", { class: "week" }),
		ticks: table("Slot", "Published", "Lag", "Leader"),
		all: h("button", { type: "button", onclick: () => {
			parts.open = !parts.open;
			showTicks(parts.report);
		} }),
		lost: h("div", { class: "lost" }),
		queues: h("ul", { class: "queues-list" }),
		open: false,
	};
	const card = (id, title, ...children) => h("section", { class: "card", "aria-labelledby": id },
		h("div", { class: "head" }, h("h2", { id }, title)), ...children);
	parts.root = h("div", {}, back(),
		h("section", { class: "card event-head" }, parts.title, parts.due, parts.facts),
		h("div", { class: "columns" },
			card("next-title", "Next five slots", parts.next),
			card("queues-title", "Queues", parts.queues)),
		card("history-title", "Lag of the last ticks", parts.numbers, parts.plot),
		h("div", { class: "columns" },
			card("week-title", "The last seven days, by hour", parts.week),
			card("lost-title", "Skipped and missed", parts.lost)),
		card("ticks-title", "Ticks", h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": "Ticks" }, parts.ticks),
			h("div", { class: "foot" }, h("span"), parts.all)),
		commands(broker, event));
	parts.drawing = new Plot(parts.plot);
	return parts;
}

function update(report) {
	view.report = report;
	const { schedule } = report;
	content(view.due, schedule ? (schedule.words ?? "") + schedule.line : "", () => schedule
		? [schedule.words ? `${schedule.words[0].toUpperCase()}${schedule.words.slice(1)} ` : "", h("code", {}, schedule.line)]
		: ["No schedule publishes this event any more."]);
	showFacts(schedule);
	showNext(report.next, schedule?.zone);
	showNumbers(report.ticks);
	view.drawing.show(report.ticks).catch((error) => text(view.plot, error.message));
	showWeek(report.hours);
	showLost(report);
	showTicks(report);
	const queues = schedule?.queues;
	rows(view.queues, queues?.length ? queues : [queues ? "No queue is bound to this event: its ticks reach nobody."
		: "The bindings cannot be read, so nobody knows who listens."], (queue) => queue, () => h("li"), text);
}

function showFacts(schedule) {
	const facts = schedule ? [
		["Source", originOf(schedule)],
		["Time zone", schedule.zone ?? "does not matter"],
		["A tick is valid for", validityOf(schedule)],
		["Next", schedule.next ? until(schedule.next) : "never"],
	] : [];
	rows(view.facts, facts, ([name]) => name, ([name]) => h("div", {}, h("dt", {}, name), h("dd")), (element, [name, value]) => {
		if (name === "Next" && schedule.next) {
			attribute(element.lastElementChild, "data-until", schedule.next);
		}
		text(element.lastElementChild, value);
	});
}

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

const CELL = 16;
const LEFT = 76;

/** A row for each day, a cell for each hour: the fuller, the more was published. */
function showWeek(hours) {
	content(view.week, JSON.stringify(hours) + clock(now()).slice(0, -6), () => {
		const most = Math.max(1, ...hours.map((hour) => hour.published));
		const names = lastDays(8);
		const total = (field) => hours.reduce((sum, hour) => sum + (hour[field] ?? 0), 0);
		const summary = hours.length === 0 ? "nothing that is known" : `${total("published").toLocaleString("en")} published, ${total("skipped").toLocaleString("en")} skipped`
			+ (hours.some((hour) => hour.missed !== undefined) ? `, ${total("missed").toLocaleString("en")} missed` : "");
		const svg = s("svg", { viewBox: `0 0 ${LEFT + 24 * CELL} ${20 + names.length * CELL}`, role: "img", "aria-label": `In the last seven days: ${summary}` });
		names.forEach((name, i) => svg.append(s("text", { x: LEFT - 8, y: 20 + i * CELL + 12, "text-anchor": "end" }, name)));
		[0, 6, 12, 18].forEach((hour) => svg.append(s("text", { x: LEFT + hour * CELL, y: 12 }, `${String(hour).padStart(2, "0")}:00`)));
		names.forEach((_, i) => svg.append(s("path", { class: "rail", d: `M${LEFT} ${20 + i * CELL + CELL / 2 - 1}h${24 * CELL - 2}` })));
		for (const hour of hours) {
			const row = names.indexOf(dayOf(hour.hour));
			if (row >= 0) {
				svg.append(cell(hour, LEFT + hourOf(hour.hour) * CELL, 20 + row * CELL, most));
			}
		}
		return [h("p", { class: "quiet" }, `${summary}.`), svg];
	});
}

function cell(hour, x, y, most) {
	const size = CELL - 2;
	const filled = hour.published === 0 ? 0 : Math.max(3, Math.round(size * hour.published / most));
	const lost = hour.skipped > 0 || hour.missed > 0;
	const middle = [x + size / 2, y + size / 2];
	return s("g", {}, s("title", {}, `${clock(hour.hour)}: ${hour.published.toLocaleString("en")} published, ${hour.skipped.toLocaleString("en")} skipped`
		+ (hour.missed ? `, ${hour.missed.toLocaleString("en")} missed` : "")),
		s("rect", { class: "hour", x, y, width: size, height: size, rx: 2 }),
		s("rect", { class: "run", x, y: y + size - filled, width: size, height: filled, rx: 2 }),
		lost ? s("path", { class: `mark ${hour.skipped > 0 ? "skipped" : "missed"}`, d: `M${middle[0] - 4} ${middle[1] - 4}l8 8m-8 0l8 -8` }) : null);
}

function showLost(report) {
	const skipped = report.skipped.map((skip) => ["SKIPPED", skip.count > 1
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
	const ticks = view.open ? report.ticks : report.ticks.slice(0, LISTED);
	rows(view.ticks.lastElementChild, ticks, (tick) => `${tick.slot} ${tick.byHand}`, () => h("tr", {},
		h("th", { scope: "row" }), h("td"), h("td", { class: "lag" }), h("td")), (row, tick) => {
		const state = tick.byHand ? "BY_HAND" : tick.lagMillis >= 1000 ? "LATE" : "PUBLISHED";
		text(row.children[0], clock(tick.slot));
		attribute(row, "title", words({ ...tick, state }));
		content(row.children[1], state, () => [label(state)]);
		text(row.children[2], tick.lagMillis === undefined ? "" : lag(tick.lagMillis));
		text(row.children[3], tick.leader ?? "");
	});
	view.all.hidden = report.ticks.length <= LISTED;
	text(view.all, view.open ? "Show fewer" : `Show all ${report.ticks.length}`);
}
