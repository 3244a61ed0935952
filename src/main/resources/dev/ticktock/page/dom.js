/** Small tools for the document. Nothing is ever parsed as HTML. */

const SVG = "http://www.w3.org/2000/svg";

export const $ = (id) => document.getElementById(id);

/** Creates an element: attributes by name, "on…" as listeners; children are nodes or text. */
export function h(name, attributes = {}, ...children) {
	return filled(document.createElement(name), attributes, children);
}

/** The same of SVG. */
export function s(name, attributes = {}, ...children) {
	return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
	for (const [name, value] of Object.entries(attributes)) {
		if (name.startsWith("on")) {
			element.addEventListener(name.slice(2), value);
		}
		else if (value !== null && value !== undefined && value !== false) {
			element.setAttribute(name, value === true ? "" : value);
		}
	}
	element.append(...children.flat().filter((child) => child !== null && child !== undefined));
	return element;
}

/** Sets a text only if it is another one, so that a selection or a screen reader is not disturbed. */
export function text(element, value) {
	const now = String(value ?? "");
	if (element.textContent !== now) {
		element.textContent = now;
	}
}

/** Sets an attribute only if it is another one; null removes it. */
export function attribute(element, name, value) {
	if (value === null || value === undefined) {
		element.removeAttribute(name);
	}
	else if (element.getAttribute(name) !== String(value)) {
		element.setAttribute(name, value);
	}
}

/** Puts nodes into an element unless those of the same key are there. */
export function content(element, key, nodes) {
	if (element.dataset.content !== key) {
		element.dataset.content = key;
		element.replaceChildren(...nodes());
	}
}

/** Calls a function. Its error goes to the console and does not stop the caller. */
export function guarded(callback) {
	try {
		callback();
	}
	catch (error) {
		reportError(error);
	}
}

/**
 * Makes the children of an element those of a list. What stays keeps its element, and so its focus; only what has
 * another place is moved. Several items may have one key. An item that cannot be shown affects only its own row.
 */
export function rows(parent, items, key, create, update) {
	const before = new Map([...parent.children].map((child) => [child.dataset.key, child]));
	const times = new Map();
	let place = parent.firstElementChild;
	for (const item of items) {
		const first = String(key(item));
		const time = times.get(first) ?? 0;
		times.set(first, time + 1);
		const name = time === 0 ? first : `${first}\u0000${time}`;
		guarded(() => {
			const element = before.get(name) ?? create(item);
			before.delete(name);
			element.dataset.key = name;
			if (element === place) {
				place = place.nextElementSibling;
			}
			else {
				parent.insertBefore(element, place);
			}
			update(element, item);
		});
	}
	before.forEach((gone) => gone.remove());
}
