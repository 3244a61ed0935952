/** Puts the page together: what is looked at, what is asked for, what is shown. */

import { $, attribute, guarded, text } from "./dom.js";
import { leaveEvent, showEvent } from "./event.js";
import { Live } from "./live.js";
import { startPreview } from "./preview.js";
import { showSituation } from "./situation.js";
import { SIZE, onChange, remember, remembered, state } from "./state.js";
import { showQuery, showTable, startTable, tickTable } from "./table.js";
import { clock, now, setClock, setZone } from "./time.js";
import { redraw, showTimeline, startTimeline } from "./timeline.js";

/** Data that are older than that are said to be old. */
const OLD = 20_000;

let latest = null;
let answered = 0;
let trouble = null;
/** The reason for which a part of the last answer cannot be shown. */
let fault = null;
addEventListener("error", (event) => {
	fault = event.message;
});

function ask() {
	if (state.event) {
		return { overview: "page/overview?size=1", report: `page/event?${new URLSearchParams({ event: state.event })}` };
	}
	const { search, sort, page, timeline } = state;
	return { overview: `page/overview?${new URLSearchParams({ search, sort, page, timeline, size: SIZE })}` };
}

function show(answers) {
	answered = Date.now();
	trouble = null;
	latest = answers;
	fault = null;
	setClock(answers.overview.at);
	render();
	guarded(tick);
}

function render() {
	guarded(() => showSituation(latest.overview, state.event));
	if (state.event) {
		guarded(() => showEvent(state.event, latest.report, latest.overview));
	}
	else {
		guarded(() => showTable(latest.overview.schedules));
		guarded(() => showTimeline(latest.overview.timeline));
	}
}

function fail(error) {
	trouble = error.message;
	tick();
}

/** Each second: the age of what is shown, and what counts down. */
function tick() {
	const age = Date.now() - answered;
	const old = answered > 0 && (trouble !== null || age > OLD) && !live.paused;
	attribute($("age"), "class", old ? "age old" : "age");
	text($("age"), answered === 0 ? "" : live.paused ? `paused at ${clock(now() - age)}`
		: old ? `${Math.round(age / 1000)} s old` : "live");
	const message = trouble === null ? fault === null ? "" : `A part of the answer cannot be shown: ${fault}.` : answered === 0 ? `This replica cannot be asked: ${trouble}. Trying again.`
		: `What you see is from ${clock(now() - age)}. This replica cannot be asked: ${trouble}. Trying again.`;
	if ($("stale").hidden !== (message === "")) {
		text($("status"), message || "This replica answers again.");
	}
	$("stale").hidden = message === "";
	text($("stale"), message);
	if (!live.paused) {
		tickTable();
	}
}

function look(before) {
	$("home").hidden = state.event !== "";
	$("event").hidden = state.event === "";
	document.title = state.event ? `${state.event} \u2013 TickTock` : "TickTock";
	if (before && before.event !== state.event) {
		leaveEvent();
		scrollTo(0, 0);
		$("main").focus({ preventScroll: true });
	}
	showQuery();
	live?.now();
}

function startControls() {
	$("zone").value = remembered("zone", "local");
	const zone = () => setZone($("zone").value === "UTC" ? "UTC" : null);
	zone();
	$("zone").addEventListener("change", () => {
		remember("zone", $("zone").value);
		zone();
		if (latest) {
			render();
			tickTable();
		}
	});
	$("pause").addEventListener("click", () => {
		live.pause(!live.paused);
		attribute($("pause"), "aria-pressed", live.paused);
		text($("pause"), live.paused ? "Resume" : "Pause");
		text($("status"), live.paused ? "Paused. The page stays as it is." : "The page is kept up to date.");
		tick();
	});
}

let live = null;

startControls();
startTable();
startTimeline();
startPreview();
look(null);
onChange(look);
live = new Live(ask, show, fail);
setInterval(() => document.hidden || tick(), 1000);
setInterval(() => document.hidden || live.paused || redraw(), 5000);
