/** Times and durations as people read them, by the clock of the replica. */

let offset = 0;
let zone = null;

/** Takes over the clock of the replica: what is late there is late here. */
export function setClock(at) {
	offset = Date.parse(at) - Date.now();
}

export const now = () => Date.now() + offset;

/** Which zone times are in: "UTC", or null for that of the reader. */
export function setZone(name) {
	zone = name;
	formats.clear();
}

export const zoneName = () => zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

const formats = new Map();

function format(kind, options, inZone = zone) {
	const key = kind + inZone;
	let found = formats.get(key);
	if (!found) {
		found = new Intl.DateTimeFormat("en-GB", { ...options, hourCycle: "h23", timeZone: inZone ?? undefined });
		formats.set(key, found);
	}
	return found;
}

const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
const SHORT = { hour: "2-digit", minute: "2-digit" };
const DAY = { weekday: "short", day: "numeric", month: "short" };
const YEAR = { day: "numeric", month: "short", year: "numeric" };

const day = (instant, inZone = zone) => format("day", DAY, inZone).format(instant);

/** 12:00:30, and the day if it is not today. */
export function clock(at) {
	const instant = new Date(at);
	const time = format("clock", CLOCK).format(instant);
	if (day(instant) === day(new Date(now()))) {
		return time;
	}
	const far = Math.abs(instant - now()) > 300 * 86_400_000;
	return `${far ? format("year", YEAR).format(instant) : day(instant)}, ${time}`;
}

export const hourAndMinute = (at) => format("short", SHORT).format(new Date(at));

/** The parts of a time with its offset. The browser does not compute it, because it does not know all zones of Java. */
const LOCAL = /^(\+?\d+-\d\d-(\d\d))T(\d\d:\d\d)(:\d\d)?(?:\.\d+)?(Z|[+-][\d:]+)$/;

/** The time on the wall of another zone, if it is another than that on this page. */
export function onTheWall(at, local, inZone) {
	const [, , dayThere, there] = LOCAL.exec(local) ?? [];
	const here = new Date(at);
	return !there || (there === hourAndMinute(here) && Number(dayThere) === Number(format("date", { day: "2-digit" }).format(here)))
		? null : `${there} ${placeOf(inZone)}`;
}

/** "Sun, 29 Mar, 03:00:00 UTC+02:00" of a time with its offset. */
export function withOffset(local) {
	const [, date, , minute, second = ":00", shift] = LOCAL.exec(local) ?? [];
	const midnight = new Date(`${date}T00:00:00Z`);
	return Number.isNaN(midnight.valueOf()) ? local
		: `${day(midnight, "UTC")}, ${minute}${second} UTC${shift === "Z" ? "" : shift}`;
}

export const placeOf = (inZone) => inZone.includes("/") && !inZone.startsWith("Etc/")
	? `in ${inZone.slice(inZone.lastIndexOf("/") + 1).replaceAll("_", " ")}` : inZone;

/** "in 12 s", "in 3 h 05 min". */
export function until(at) {
	const seconds = Math.ceil((Date.parse(at) - now()) / 1000);
	return seconds <= 0 ? "now" : `in ${span(seconds)}`;
}

export function ago(at) {
	const seconds = Math.floor((now() - Date.parse(at)) / 1000);
	return seconds < 1 ? "just now" : `${span(seconds)} ago`;
}

function span(seconds) {
	const two = (number) => String(number).padStart(2, "0");
	if (seconds < 60) {
		return `${seconds} s`;
	}
	if (seconds < 3600) {
		return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
	}
	if (seconds < 86_400) {
		return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} min`;
	}
	return `${Math.floor(seconds / 86_400)} d ${Math.floor(seconds / 3600) % 24} h`;
}

/** "4 ms", "1.2 s", "3 min 05 s". */
export function lag(millis) {
	if (millis < 1000) {
		return `${millis} ms`;
	}
	return millis < 10_000 ? `${(millis / 1000).toFixed(1)} s` : span(Math.round(millis / 1000));
}

const DURATION = /(-?)PT?(?:(\d+)D)?T?(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?/;

/** The milliseconds of a duration such as PT0.012S. */
export function millisOf(iso) {
	const [, minus, days = 0, hours = 0, minutes = 0, seconds = 0] = DURATION.exec(iso) ?? [];
	const millis = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000;
	return Math.round(minus ? -millis : millis);
}

/** "12 h", "30 s", "12 ms": a duration as it was written, without what is zero. */
export function duration(iso) {
	let millis = Math.abs(millisOf(iso));
	const parts = [];
	for (const [size, unit] of [[86_400_000, "d"], [3_600_000, "h"], [60_000, "min"], [1000, "s"], [1, "ms"]]) {
		if (millis >= size) {
			parts.push(`${Math.floor(millis / size)} ${unit}`);
			millis %= size;
		}
	}
	return parts.length > 0 ? parts.slice(0, 2).join(" ") : "0 s";
}

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const PERIOD = /\bP(?:\d+D)?T?(?:\d+H)?(?:\d+M)?(?:[\d.]+S)?(?=\W|$)/g;

/** The endpoint's words with its instants and durations as people read them. */
export const readable = (words) => words.replace(INSTANT, (at) => clock(at))
	.replace(PERIOD, (iso) => iso.length > 2 ? duration(iso) : iso);
