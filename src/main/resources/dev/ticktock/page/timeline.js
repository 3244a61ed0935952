/** The last hour and the next one: a row for each schedule, now in the middle. */

import { $, attribute, h, rows, s, text } from "./dom.js";
import { ORDER, counted, draw, known, label, path, words } from "./marks.js";
import { LONGEST_TIMELINE, TIMELINE, address, addressOf, go, state } from "./state.js";
import { clock, duration, hourAndMinute, now } from "./time.js";

const HEIGHT = 26;
const MIDDLE = HEIGHT / 2;
const QUARTER = 15 * 60_000;
/** Marks that are nearer to the pointer than that are named. */
const NEAR = 12;

let shown = null;

export function startTimeline() {
	$("legend").replaceChildren(...["PUBLISHED", "LATE", "SKIPPED", "FAILED", "MISSED", "BY_HAND", "HELD", "UPCOMING"]
		.map((each) => h("li", {}, label(each))));
	new ResizeObserver(() => redraw()).observe($("axis").parentElement);
	$("timeline").addEventListener("pointermove", point);
	$("timeline").addEventListener("pointerleave", () => text($("pointed"), "\u00a0"));
	$("more-rows").addEventListener("click", () => {
		const most = state.timeline > TIMELINE ? TIMELINE : Math.min(LONGEST_TIMELINE, shown.matching);
		go(address({ timeline: most }), true);
	});
}

export function showTimeline(timeline) {
	shown = timeline;
	const more = $("more-rows");
	more.hidden = timeline.matching <= TIMELINE;
	text(more, state.timeline > TIMELINE ? "Show fewer" : timeline.matching > LONGEST_TIMELINE
		? `Show the first ${LONGEST_TIMELINE} of ${timeline.matching.toLocaleString("en")}`
		: `Show all ${timeline.matching}`);
	redraw();
}

/** Draws again, because time has passed or the width is another. */
export function redraw() {
	const width = Math.floor($("axis").parentElement.clientWidth);
	if (!shown || width <= 0) {
		return;
	}
	const scale = scaleOf(width);
	drawAxis(width, scale);
	rows($("timeline"), shown.rows, (row) => row.event, create, (element, row) => update(element, row, width, scale));
}

function scaleOf(width) {
	const span = Date.parse(shown.to) - Date.parse(shown.from);
	const from = now() - span / 2;
	return (at) => (at - from) / span * width;
}

function drawAxis(width, scale) {
	const axis = $("axis");
	attribute(axis, "width", width);
	const parts = [];
	const step = width < 500 ? 2 * QUARTER : QUARTER;
	const begin = Math.ceil((now() - 4 * QUARTER) / step) * step;
	for (let at = begin; scale(at) <= width; at += step) {
		const x = scale(at);
		if (x > 16 && x < width - 16 && Math.abs(x - width / 2) > 36) {
			parts.push(s("text", { x, y: 13, "text-anchor": "middle" }, hourAndMinute(at)));
		}
	}
	parts.push(s("text", { x: width / 2, y: 13, "text-anchor": "middle", class: "now" }, "now"));
	axis.replaceChildren(...parts);
}

function create(row) {
	return h("tr", {}, h("th", { scope: "row" }, h("a", { href: addressOf(row.event), title: row.event }, row.event)),
		h("td", {}, s("svg", { height: HEIGHT, role: "img" })));
}

function update(element, row, width, scale) {
	const svg = element.lastElementChild.firstElementChild;
	attribute(svg, "width", width);
	attribute(svg, "aria-label", summary(row));
	const paths = new Map();
	const add = (kind, x) => {
		if (x >= -6 && x <= width + 6) {
			paths.set(kind, (paths.get(kind) ?? "") + draw(kind, x, MIDDLE, 6));
		}
	};
	const bands = bandsOf(row).map(([kind, from, to]) => {
		const x = Math.max(0, scale(from));
		return s("rect", { class: kind, x, y: MIDDLE - (kind === "run-coming" ? 1.5 : 4), height: kind === "run-coming" ? 3 : 8, width: Math.max(2, Math.min(width, scale(to)) - x) });
	});
	for (const mark of row.marks) {
		const at = Date.parse(mark.slot);
		add(known(mark.state), mark.until ? (Math.max(0, scale(at)) + scale(Date.parse(mark.until))) / 2 : scale(at));
	}
	(row.upcoming ?? []).forEach((slot) => add("UPCOMING", scale(Date.parse(slot))));
	const middle = Math.round(width / 2) + .5;
	svg.replaceChildren(s("path", { class: "rail", d: `M0 ${MIDDLE}H${width}` }), ...bands,
		...ORDER.filter((kind) => paths.has(kind)).map((kind) => path(kind, paths.get(kind))),
		s("path", { class: "now", d: `M${middle} 0V${HEIGHT}` }));
}

/** Schedules that are due more than once a minute, and slots that were skipped or held for a while, are bands. */
function bandsOf(row) {
	const skipped = row.marks.filter((mark) => mark.until)
		.map((mark) => [`run-${mark.state.toLowerCase()}`, Date.parse(mark.slot), Date.parse(mark.until)]);
	const runs = (row.runs ?? []).map((run) => ["run", Date.parse(run.from), Math.min(now(), Date.parse(run.to) + 1500)]);
	const coming = (row.coming ?? []).map((run) => ["run-coming", Math.max(now(), Date.parse(run.from)), Date.parse(run.to)])
		.filter(([, from, to]) => from <= to);
	return [...runs, ...coming, ...skipped];
}

function summary(row) {
	const past = counted(row.marks);
	if (row.every) {
		const apart = `published every ${duration(row.every)}`;
		return `${row.runs.length > 0 ? apart : "nothing published"} in the last hour${past ? `; ${past}` : ""}`;
	}
	return `${past || "Nothing"} in the last hour, ${row.upcoming.length} in the next`;
}

/** Says below the timeline what is under the pointer. */
function point(event) {
	const svg = event.target.closest?.("td")?.firstElementChild;
	const row = svg && shown?.rows.find((each) => each.event === svg.closest("tr").dataset.key);
	if (!row) {
		return;
	}
	const box = svg.getBoundingClientRect();
	const x = event.clientX - box.left;
	const scale = scaleOf(box.width);
	const marks = [...row.marks, ...(row.upcoming ?? []).map((slot) => ({ slot, state: "UPCOMING" }))];
	let near = null;
	let least = NEAR;
	for (const mark of marks) {
		const from = scale(Date.parse(mark.slot));
		const to = mark.until ? scale(Date.parse(mark.until)) : from;
		const far = x < from ? from - x : x > to ? x - to : 0;
		if (far < least) {
			least = far;
			near = mark;
		}
	}
	const [from, to] = [Date.parse(shown.from), Date.parse(shown.to)];
	text($("pointed"), `${row.event}: ${near ? words(near) : row.every ? summary(row)
		: clock(now() + (x / box.width - .5) * (to - from))}`);
}
