/** Says in words when a line is due. */

import "./cronstrue.min.js";

/** The words of a schedule; empty if its line cannot be put in words. */
export function wordsOf({ line, zone }) {
	const limits = [...line.matchAll(/@(from|until)\s+(\S+)/gi)].map(([, word, at]) => ` ${word.toLowerCase()} ${at}`);
	const words = recurring({ line: line.replace(/@(from|until)\s+\S+\s+/gi, ""), zone });
	return words && words + limits.join("");
}

function recurring({ line, zone }) {
	const text = line.trim().replace(/^(CRON_TZ|TZ)=\S*\s*/, "");
	const fields = text.split(/\s+/);
	const macro = fields[0].startsWith("@") ? fields[0].toLowerCase() : null;
	if (macro === "@every") {
		return every(fields[1]);
	}
	if (macro === "@at") {
		return "Once";
	}
	try {
		const words = cronstrue.toString(macro ?? text, { use24HourTimeFormat: true, logicalAndDayFields: matchesBothDays(fields) });
		return zone && isLocal(macro, fields) ? `${words} (${zone})` : words;
	}
	catch {
		return "";
	}
}

/** Five fields are read as crontab does: either day matches, unless one begins with an asterisk. */
const matchesBothDays = (fields) => fields.length === 6 || [fields[2], fields[4]].some((field) => /^[*?]/.test(field));

const UNITS = { d: "day", h: "hour", m: "minute", s: "second" };

/** The period is such as 1h30m or PT1H30M. */
function every(period) {
	const parts = [...period.matchAll(/(\d+)([dhms])/gi)].map(([, number, unit]) =>
		`${Number(number)} ${UNITS[unit.toLowerCase()]}${Number(number) === 1 ? "" : "s"}`);
	return `Every ${parts.join(" ")}`.replace(/^Every 1 (\w+)$/, "Every $1");
}

/** A line whose hours and days are all is due at the same time in every zone. */
const isLocal = (macro, fields) => macro ? macro !== "@hourly" : fields.slice(-4).some((field) => !/^[*?]$/.test(field));
