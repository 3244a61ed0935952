/** The state of the view. It is in the address, so that a link shows the same. */

export const SIZE = 25;
export const TIMELINE = 12;
export const LONGEST_TIMELINE = 100;

const DEFAULTS = { event: "", search: "", sort: "event", page: 1, timeline: TIMELINE };

export let state = read();

function read() {
	const parameters = new URLSearchParams(location.search);
	const number = (name, most) => {
		const value = Number(parameters.get(name) ?? DEFAULTS[name]);
		return Number.isInteger(value) && value >= 1 && value <= most ? value : DEFAULTS[name];
	};
	const sort = parameters.get("sort") ?? DEFAULTS.sort;
	return {
		event: parameters.get("event") ?? DEFAULTS.event,
		search: (parameters.get("search") ?? DEFAULTS.search).slice(0, 255),
		sort: /^-?(event|line|origin|next|last|lag|queues|validity)$/.test(sort) ? sort : DEFAULTS.sort,
		page: number("page", 1_000_000),
		timeline: number("timeline", LONGEST_TIMELINE),
	};
}

/** The address of what differs from what is looked at. */
export function address(changes) {
	const wanted = { ...state, ...changes };
	const parameters = new URLSearchParams();
	for (const [name, value] of Object.entries(DEFAULTS)) {
		if (wanted[name] !== value) {
			parameters.set(name, wanted[name]);
		}
	}
	const query = parameters.toString();
	return query ? `./?${query}` : "./";
}

/** Only the event: its page does not depend on the view before. */
export const addressOf = (event) => `./?${new URLSearchParams({ event })}`;

let listener = () => {};

/** Calls back when the view changes. */
export function onChange(callback) {
	listener = callback;
}

/** Changes the view. Typed text replaces the entry of the history. */
export function go(target, replace = false) {
	history[replace ? "replaceState" : "pushState"](null, "", target);
	changed();
}

function changed() {
	const before = state;
	state = read();
	listener(before);
}

addEventListener("popstate", changed);

/** Follows links within the page without loading it again. */
document.addEventListener("click", (click) => {
	const link = click.target.closest?.("a[href^='./']");
	if (link && click.button === 0 && !click.metaKey && !click.ctrlKey && !click.shiftKey && !click.altKey) {
		click.preventDefault();
		go(link.getAttribute("href"));
	}
});

/** Remembers a choice in this browser, if it lets. */
export function remember(name, value) {
	try {
		localStorage.setItem(`ticktock.${name}`, value);
	}
	catch {
		// Then the choice holds until the page is left.
	}
}

export function remembered(name, otherwise) {
	try {
		return localStorage.getItem(`ticktock.${name}`) ?? otherwise;
	}
	catch {
		return otherwise;
	}
}
