/** Commands to copy, in the language that was chosen last. */

import { h } from "./dom.js";
import { remember, remembered } from "./state.js";

const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const python = (text) => JSON.stringify(text);

/** The virtual host is named unless it is the default of the clients. */
const admin = (host) => host === "/" ? "rabbitmqadmin" : `rabbitmqadmin --vhost=${shell(host)}`;
const connected = (host) => "import pika\nconnection = pika.BlockingConnection(pika.ConnectionParameters(\"localhost\""
	+ `${host === "/" ? "" : `, virtual_host=${python(host)}`}))\nchannel = connection.channel()\n`;

/** What follows a name in the text of a shell's argument is a variable of the shell. */
const body = (event) => `{"event":${JSON.stringify(event)},"slot":"`;

const LANGUAGES = {
	Shell: {
		bind: ({ virtualHost, exchange }, event) => `${admin(virtualHost)} declare queue name=my-job durable=true\n`
			+ `${admin(virtualHost)} declare binding source=${shell(exchange)} destination=my-job routing_key=${shell(event)}`,
		run: ({ virtualHost, exchange }, event) => "set -- $(date -u '+%s %FT%TZ')\n"
			+ `${admin(virtualHost)} publish exchange=${shell(exchange)} routing_key=${shell(event)} \\\n`
			+ `  payload=${shell(body(event))}$2'","previous":null,"next":null}' \\\n`
			+ "  properties='{\"message_id\":\"by hand@'$2'\",\"timestamp\":'$1',\"content_type\":\"application/json\",\"delivery_mode\":2,"
			+ `"expiration":"60000","headers":{"event":'${shell(JSON.stringify(event))}'}}'`,
		hold: ({ virtualHost, exchange }, event) => `${admin(virtualHost)} declare binding source=${shell(exchange)} \\\n`
			+ `  destination=${shell(`${exchange}.hold`)} routing_key=${shell(event)} \\\n`
			+ "  arguments='{\"by\":\"my name\",\"why\":\"my reason\"}'",
		resume: ({ virtualHost, exchange }, event, { key }) => `${admin(virtualHost)} -f tsv list bindings destination routing_key properties_key \\\n`
			+ `  | awk -F'\\t' -v queue=${shell(`${exchange}.hold`)} -v key=${shell(key)} '$1 == queue && $2 == key { print $3 }' \\\n`
			+ `  | xargs -I{} ${admin(virtualHost)} delete binding source=${shell(exchange)} destination_type=queue \\\n`
			+ `  destination=${shell(`${exchange}.hold`)} properties_key={}`,
		unbind: ({ virtualHost, exchange }, event) => `${admin(virtualHost)} delete binding source=${shell(exchange)} destination_type=queue \\\n`
			+ `  destination=my-job properties_key=${shell(encodeURIComponent(event))}`,
	},
	Python: {
		bind: ({ virtualHost, exchange }, event) => `${connected(virtualHost)}channel.queue_declare("my-job", durable=True)\n`
			+ `channel.queue_bind("my-job", ${python(exchange)}, ${python(event)})`,
		run: ({ virtualHost, exchange }, event) => "import json\nfrom datetime import datetime, timezone\n"
			+ `${connected(virtualHost)}slot = datetime.now(timezone.utc).replace(microsecond=0)\n`
			+ "text = slot.strftime(\"%Y-%m-%dT%H:%M:%SZ\")\n"
			+ `channel.basic_publish(${python(exchange)}, ${python(event)},\n`
			+ `    json.dumps({"event": ${python(event)}, "slot": text, "previous": None, "next": None}), pika.BasicProperties(\n`
			+ "        message_id=\"by hand@\" + text, timestamp=int(slot.timestamp()), content_type=\"application/json\", delivery_mode=2,\n"
			+ `        expiration="60000", headers={"event": ${python(event)}, "timestamp": slot}))`,
		hold: ({ virtualHost, exchange }, event) => `${connected(virtualHost)}channel.queue_bind(${python(`${exchange}.hold`)}, `
			+ `${python(exchange)}, ${python(event)},\n    arguments={"by": "my name", "why": "my reason"})`,
		resume: ({ virtualHost, exchange }, event, { key, by, why }) => `${connected(virtualHost)}channel.queue_unbind(${python(`${exchange}.hold`)}, `
			+ `${python(exchange)}, ${python(key)},\n    arguments=${JSON.stringify({ by, why })})`,
		unbind: ({ virtualHost, exchange }, event) => `${connected(virtualHost)}channel.queue_unbind("my-job", ${python(exchange)}, ${python(event)})`,
	},
};

const TASKS = {
	bind: "Listen: bind a queue",
	run: "Run now: publish by hand",
	hold: "Put on hold",
	resume: "Go on at the next slot",
	unbind: "Stop listening: unbind the queue",
};

/** Returns a section with the commands for an event, and to end the hold that it is on. */
export function commands(broker, event, held = { key: event, by: "my name", why: "my reason" }) {
	const blocks = h("div", { class: "blocks" });
	const show = (language) => blocks.replaceChildren(...Object.entries(TASKS).map(([task, title]) =>
		block(title, LANGUAGES[language][task](broker, event, held))));
	const chosen = LANGUAGES[remembered("language", "Shell")] ? remembered("language", "Shell") : "Shell";
	const choice = h("fieldset", { class: "choice" }, h("legend", { class: "hidden" }, "Language of the commands"),
		...Object.keys(LANGUAGES).map((language) => h("label", {}, h("input", {
			type: "radio", name: "language", value: language, checked: language === chosen, onchange: () => {
				remember("language", language);
				show(language);
			},
		}), h("span", {}, language))));
	show(chosen);
	return h("section", { class: "card", "aria-labelledby": "commands-title" },
		h("div", { class: "head" }, h("h2", { id: "commands-title" }, "Commands"), choice),
		h("p", { class: "quiet" }, "Put the name of your queue in the place of my-job. A hold ends with the key and the arguments that it began with: if the command for Python has no effect, use the one for the shell. All other events that the key matches go on as well. A message that is published by hand does not count as the tick of a slot."),
		blocks);
}

function block(title, code) {
	const pre = h("pre", { tabindex: 0, role: "group", "aria-label": title }, h("code", {}, code));
	const button = h("button", { type: "button", "aria-label": `Copy: ${title}`, onclick: async () => {
		button.textContent = await copy(code, pre) ? "Copied" : "Press Ctrl+C";
		setTimeout(() => {
			button.textContent = "Copy";
		}, 2000);
	} }, "Copy");
	return h("div", { class: "block" }, h("div", { class: "head" }, h("h3", {}, title), button), pre);
}

/** Without TLS a browser gives no clipboard; then the text is selected. */
async function copy(code, pre) {
	try {
		await navigator.clipboard.writeText(code);
		return true;
	}
	catch {
		getSelection().selectAllChildren(pre);
		return document.execCommand("copy");
	}
}
