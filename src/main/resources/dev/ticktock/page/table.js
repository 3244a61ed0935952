/** The schedules: the replica searches, sorts and pages them; this shows a page. */

import { $, attribute, content, h, rows, text } from "./dom.js";
import { strip } from "./marks.js";
import { SIZE, address, addressOf, go, state } from "./state.js";
import { ago, clock, duration, lag, onTheWall, until } from "./time.js";
import { wordsOf } from "./words.js";

const COLUMNS = [
	["event", "Event"], ["line", "Due"], ["next", "Next"], ["last", "Last"], ["lag", "Lag"], [null, "Recent"],
	["queues", "Queues"], ["validity", "Valid"], ["origin", "Source"],
];

const ORIGINS = { built_in: "built in", configured: "configured", registered: "registered by a worker" };

/** So many queues are named. */
const NAMED = 2;

export const originOf = (item) => ORIGINS[item.origin] ?? item.origin;

export function startTable() {
	for (const [name, title] of COLUMNS) {
		$("columns").append(h("th", { scope: "col", role: "columnheader", class: name ?? "recent", "data-sort": name },
			name ? h("a", { href: "./" }, title) : title));
	}
	for (const [name, title] of COLUMNS.filter(([each]) => each)) {
		$("sort-by").append(h("option", { value: name }, `${title}, up`), h("option", { value: `-${name}` }, `${title}, down`));
	}
	$("sort-by").addEventListener("change", (event) => go(address({ sort: event.target.value, page: 1 })));
	let typing = 0;
	$("search").addEventListener("input", (event) => {
		clearTimeout(typing);
		typing = setTimeout(() => go(address({ search: event.target.value.trim(), page: 1 }), true), 150);
	});
	$("search-form").addEventListener("submit", (event) => event.preventDefault());
}

/** Shows what is asked for, before there is an answer. */
export function showQuery() {
	if (document.activeElement !== $("search")) {
		$("search").value = state.search;
	}
	$("sort-by").value = state.sort;
	for (const column of $("columns").children) {
		const name = column.dataset.sort;
		if (name) {
			const up = state.sort === name;
			attribute(column, "aria-sort", up ? "ascending" : state.sort === `-${name}` ? "descending" : null);
			attribute(column.firstElementChild, "href", address({ sort: up ? `-${name}` : name, page: 1 }));
		}
	}
}

export function showTable(page) {
	rows($("schedules"), page.items, (item) => item.event, create, update);
	const empty = page.items.length === 0;
	$("nothing").hidden = !empty;
	text($("nothing"), page.total === 0 ? "There is no schedule." : page.matching === 0
		? `No event and no line contains "${state.search}".` : "This page is beyond the last one.");
	const first = (page.page - 1) * page.size + 1;
	const found = page.matching === page.total ? "" : ` that match, ${page.total.toLocaleString("en")} in all`;
	text($("count"), empty ? "" : `${first.toLocaleString("en")} to ${(first + page.items.length - 1).toLocaleString("en")} of `
		+ page.matching.toLocaleString("en") + found);
	showPages(page);
}

function showPages(page) {
	const last = Math.max(1, Math.ceil(page.matching / SIZE));
	const link = (to, word) => to >= 1 && to <= last && to !== page.page
		? h("a", { href: address({ page: to }) }, word) : h("span", { "aria-disabled": "true" }, word);
	content($("pages"), `${address({})} ${last}`, () => last === 1 ? [] : [link(1, "First"),
		link(page.page - 1, "Previous"), h("span", { "aria-current": "page" }, `${page.page} of ${last.toLocaleString("en")}`),
		link(page.page + 1, "Next"), link(last, "Last")]);
}

function cell(name, title, ...children) {
	return h("td", { role: "cell", class: name, "data-title": title }, ...children);
}

function create(item) {
	return h("tr", { role: "row" },
		h("th", { role: "rowheader", scope: "row", class: "event" }, h("a", { href: addressOf(item.event) }, item.event), h("small", { hidden: true }, " on hold")),
		cell("line", "Due", h("span"), h("code")),
		cell("next", "Next", h("time"), h("small")),
		cell("last", "Last", h("time")),
		cell("lag", "Lag"),
		cell("recent", "Recent"),
		cell("queues", "Queues"),
		cell("validity", "Valid"),
		cell("origin", "Source"));
}

function update(row, item) {
	const [event, line, next, last, late, recent, queues, validity, origin] = row.children;
	event.lastElementChild.hidden = !item.held;
	attribute(event.lastElementChild, "title", item.held?.why);
	text(line.firstElementChild, wordsOf(item));
	text(line.lastElementChild, item.line);
	instant(next.firstElementChild, item.next, item.next ? clock(item.next) : "done");
	next.dataset.next = item.next ?? "";
	next.dataset.local = item.nextLocal ?? "";
	next.dataset.zone = item.zone ?? "";
	countdown(next);
	instant(last.firstElementChild, item.last, item.last ? clock(item.last) : "none known");
	text(late, item.lagMillis === undefined ? "" : lag(item.lagMillis));
	attribute(late, "class", item.lagMillis >= 1000 ? "lag is-late" : "lag");
	const marks = item.recent ?? [];
	content(recent, marks.map((mark) => mark.slot + mark.state + (mark.count ?? "")).join(), () => marks.length > 0 ? [strip(marks)] : []);
	listed(queues, item.queues);
	text(validity, validityOf(item));
	text(origin, originOf(item));
}

function instant(element, at, words) {
	attribute(element, "datetime", at);
	attribute(element, "title", at);
	text(element, words);
}

function listed(element, queues) {
	const names = queues ?? [];
	text(element, queues === undefined ? "unknown" : names.length === 0 ? "none"
		: names.slice(0, NAMED).join(", ") + (names.length > NAMED ? ` and ${names.length - NAMED} more` : ""));
	attribute(element, "class", names.length === 0 ? "queues quiet" : "queues");
	attribute(element, "title", names.length > NAMED ? names.join(", ") : null);
}

/** "half the time to the next slot, at most PT12H" takes more room than a column has. */
export const validityOf = (item) => item.validity.replace("half the time to the next slot", "half the gap")
	.replace(/PT?[\dDTHMS.]+/, duration);

function countdown(cellOfNext) {
	const { next, local, zone } = cellOfNext.dataset;
	const wall = next && onTheWall(next, local, zone);
	text(cellOfNext.lastElementChild, next ? until(next) + (wall ? ` \u00b7 ${wall}` : "") : "");
}

/** Counts down, each second. */
export function tickTable() {
	document.querySelectorAll("td.next").forEach(countdown);
	document.querySelectorAll("[data-ago]").forEach((element) => text(element, ago(element.dataset.ago)));
	document.querySelectorAll("[data-until]").forEach((element) => text(element, until(element.dataset.until)));
}
