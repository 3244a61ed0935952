/** The outcomes of slots, as shapes: each state has a shape and a word besides its colour. */

import { h, s } from "./dom.js";
import { clock, lag } from "./time.js";

/** Path of each shape around (x, y); a bar's height can say how late it was. */
const SHAPES = {
	PUBLISHED: (x, y, size = 5) => `M${x} ${y - size}V${y + size}`,
	LATE: (x, y) => `M${x} ${y - 5.5}L${x + 5} ${y + 4}H${x - 5}Z`,
	SKIPPED: (x, y) => `M${x - 4} ${y - 4}L${x + 4} ${y + 4}M${x - 4} ${y + 4}L${x + 4} ${y - 4}`,
	FAILED: (x, y) => `M${x - 5} ${y - 4}H${x + 5}L${x} ${y + 5.5}Z`,
	MISSED: (x, y) => `M${x - 4.5} ${y}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0M${x} ${y - 2}v4`,
	BY_HAND: (x, y) => `M${x} ${y - 5}L${x + 5} ${y}L${x} ${y + 5}L${x - 5} ${y}Z`,
	HELD: (x, y) => `M${x - 2} ${y - 4}V${y + 4}M${x + 2} ${y - 4}V${y + 4}`,
	UPCOMING: (x, y) => `M${x - 2} ${y}a2 2 0 1 0 4 0a2 2 0 1 0 -4 0`,
};

const WORDS = {
	PUBLISHED: "published",
	LATE: "late",
	SKIPPED: "skipped",
	FAILED: "failed",
	MISSED: "missed",
	BY_HAND: "by hand",
	HELD: "held",
	UPCOMING: "to come",
};

export const ORDER = ["UPCOMING", "PUBLISHED", "BY_HAND", "LATE", "FAILED", "MISSED", "HELD", "SKIPPED"];

export const known = (state) => state in SHAPES ? state : "PUBLISHED";

export const draw = (state, x, y, size) => SHAPES[state](Math.round(x * 10) / 10, y, size);

export const path = (state, d) => s("path", { class: `mark ${state.toLowerCase()}`, d });

/** One shape with its word. */
export const label = (state, word = WORDS[state]) => h("span", { class: "label" },
	s("svg", { viewBox: "0 0 14 14", width: 14, height: 14, "aria-hidden": "true" }, path(state, draw(state, 7, 7))),
	word);

/** Returns a mark in words. */
export function words(mark) {
	const slot = clock(mark.slot);
	if (mark.state === "UPCOMING") {
		return `${slot} to come`;
	}
	if (mark.state === "SKIPPED" || mark.state === "HELD") {
		return mark.count ? `${mark.count.toLocaleString("en")} ${WORDS[mark.state]} from ${slot} to ${clock(mark.until)}`
			: `${slot} ${WORDS[mark.state]}`;
	}
	const late = mark.lagMillis === undefined ? "" : ` after ${lag(mark.lagMillis)}`;
	if (mark.state === "FAILED") {
		return `${slot} published${late}, and its job has failed`;
	}
	if (mark.state === "MISSED") {
		return `${slot} published${late}, and no worker took it`;
	}
	return `${slot} ${mark.state === "BY_HAND" ? "published by hand" : `published${late}`}`;
}

/** "19 published, 1 skipped". */
export function counted(marks) {
	const counts = new Map();
	for (const mark of marks) {
		counts.set(mark.state, (counts.get(mark.state) ?? 0) + (mark.count ?? 1));
	}
	return ORDER.filter((state) => counts.has(state))
		.map((state) => `${counts.get(state).toLocaleString("en")} ${WORDS[state]}`)
		.join(", ");
}

const WIDTH = 7;
const HEIGHT = 22;
const MOST = 20;

/** The last ticks side by side, the newest on the right; the height of a bar is its lag, by its digits. */
export function strip(marks) {
	const paths = new Map();
	[...marks].reverse().forEach((mark, i) => {
		const state = known(mark.state);
		const x = (MOST - marks.length + i) * WIDTH + WIDTH / 2;
		const size = Math.min(10, 2 + 2.4 * Math.log10((mark.lagMillis ?? 0) + 1));
		const y = state === "PUBLISHED" ? HEIGHT - 1 - size : HEIGHT / 2 + 3;
		paths.set(state, (paths.get(state) ?? "") + draw(state, x, y, size));
	});
	const last = marks.length > 0 ? `The last ${marks.length}: ${counted(marks)}` : "Nothing yet";
	return s("svg", { class: "strip", viewBox: `0 0 ${MOST * WIDTH} ${HEIGHT}`, width: MOST * WIDTH, height: HEIGHT,
		role: "img", "aria-label": last }, s("title", {}, last),
		[...paths].map(([state, d]) => path(state, d)));
}
