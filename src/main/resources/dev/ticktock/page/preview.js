/** Tries a line that is no schedule yet: its next slots, or why it is refused. */

import { $, h } from "./dom.js";
import { until, withOffset } from "./time.js";
import { wordsOf } from "./words.js";

export function startPreview() {
	let typing = 0;
	let asked = 0;
	const ask = async () => {
		const line = $("try-line").value.trim();
		const zone = $("try-zone").value.trim();
		const turn = ++asked;
		let answer = {};
		try {
			answer = line && await (await fetch(`page/preview?${new URLSearchParams({ line, zone })}`)).json();
		}
		catch (error) {
			answer = { reason: `this replica cannot be asked: ${error.message}` };
		}
		if (turn === asked) {
			$("tried").replaceChildren(...line ? shown(answer, line, zone) : []);
		}
	};
	$("try-form").addEventListener("input", () => {
		clearTimeout(typing);
		typing = setTimeout(ask, 300);
	});
	$("try-form").addEventListener("submit", (event) => {
		event.preventDefault();
		clearTimeout(typing);
		ask();
	});
}

function shown({ next, reason, remedy }, line, zone) {
	if (!next) {
		return [h("p", {}, `Not a schedule: ${reason}. ${remedy ?? ""}`)];
	}
	return [h("p", {}, wordsOf({ line, zone })), next.length === 0 ? h("p", {}, "There is no slot to come.")
		: h("ol", { class: "next-slots" }, ...next.map((slot) => h("li", {}, h("time", { datetime: slot }, withOffset(slot)),
			h("small", {}, until(slot)))))];
}
