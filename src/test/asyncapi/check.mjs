// Checks an AsyncAPI document, its examples, and messages against it.
//
//   node check.mjs DOCUMENT < MESSAGES
//
// MESSAGES has a JSON object on each line: the name of a message under components.messages, its headers, its
// properties and its payload; or the name of a schema under components.schemas, and a value. Writes each problem on a
// line, and ends with 1 if there is one.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Parser } from '@asyncapi/parser';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

const problems = [];

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
for (const { code, path, message } of diagnostics) {
	problems.push(`${code} at ${path.join('.')}: ${message}`);
}

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
addFormats(ajv);
ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger });
ajv.addKeyword('x-parser-schema-id');

// All members that a schema describes: more are allowed to TickTock, but they have to be in the document.
function described(schema) {
	return [schema, ...(schema.allOf ?? [])].flatMap((each) => Object.keys(each.properties ?? {}));
}

function check(what, schema, value) {
	const validate = ajv.compile(schema);
	if (!validate(value)) {
		problems.push(`${what}: ${ajv.errorsText(validate.errors, { dataVar: '' })} in ${JSON.stringify(value)}`);
	}
	const known = described(schema);
	for (const name of Object.keys(value ?? {}).filter((name) => !known.includes(name))) {
		problems.push(`${what}: ${name} is not described`);
	}
}

if (document) {
	const { messages, schemas } = document.json().components;
	let checked = 0;
	for (const [name, message] of Object.entries(messages)) {
		for (const example of message.examples) {
			check(`example "${example.name}" of ${name}, payload`, message.payload, example.payload);
			check(`example "${example.name}" of ${name}, headers`, message.headers, example.headers ?? {});
			checked++;
		}
	}
	for (const [name, schema] of Object.entries(schemas)) {
		for (const example of schema.examples ?? []) {
			check(`example of ${name}`, schema, example);
			checked++;
		}
	}
	for (const line of (await text(process.stdin)).split('\n').filter(Boolean)) {
		const given = JSON.parse(line);
		if (given.schema) {
			check(given.schema, schemas[given.schema], given.value);
		}
		else {
			const message = messages[given.message];
			check(`${given.message}, payload`, message.payload, given.payload);
			check(`${given.message}, headers`, message.headers, given.headers);
			check(`${given.message}, properties`, message['x-amqp-properties'], given.properties);
		}
		checked++;
	}
	console.log(`${checked} checked`);
}
problems.forEach((problem) => console.error(problem));
process.exitCode = (problems.length > 0) ? 1 : 0;
