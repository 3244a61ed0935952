/**
 * Keeps the page up to date: a stream of the replica says when there is something new, and the page asks for it. Where
 * the stream does not get through, it asks from time to time.
 */

/** Not more often than this, however much happens. */
const SHORTEST = 500;
/** While the stream works, for what changes only because time passes. */
const WITH_STREAM = 10_000;
const WITHOUT_STREAM = 3000;
/** The replica says something at least every ten seconds. */
const SILENCE = 15_000;
const ANSWER = 10_000;

export class Live {
	#ask;
	#show;
	#fail;
	#stream = null;
	#heard = 0;
	#asked = 0;
	#timer = 0;
	#request = null;
	#changed = false;
	paused = false;

	/**
	 * @param ask returns the addresses to ask, by name
	 * @param show is called with the answers, by name; null for one that does not exist
	 * @param fail is called with the reason
	 */
	constructor(ask, show, fail) {
		this.#ask = ask;
		this.#show = show;
		this.#fail = fail;
		document.addEventListener("visibilitychange", () => this.#resume());
		addEventListener("online", () => this.now());
		this.#resume();
	}

	pause(paused) {
		this.paused = paused;
		this.#resume();
	}

	/** Asks at once, for something else than before; also while paused, because somebody wants to see it. */
	now() {
		this.#request?.abort();
		clearTimeout(this.#timer);
		this.#refresh();
	}

	#resume() {
		if (!this.#active()) {
			clearTimeout(this.#timer);
			this.#stream?.close();
			this.#stream = null;
			return;
		}
		this.#open();
		this.#soon(0);
	}

	#open() {
		if (this.#stream && this.#stream.readyState !== EventSource.CLOSED) {
			return;
		}
		this.#stream = new EventSource("page/changes");
		this.#stream.addEventListener("changed", () => {
			this.#heard = Date.now();
			this.#changed = true;
			this.#soon(SHORTEST - (Date.now() - this.#asked));
		});
		this.#stream.addEventListener("still", () => {
			this.#heard = Date.now();
		});
	}

	#active() {
		return !this.paused && !document.hidden;
	}

	#soon(millis) {
		if (this.#active() && !this.#request) {
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => this.#refresh(), Math.max(0, millis));
		}
	}

	async #refresh() {
		const request = new AbortController();
		this.#request = request;
		this.#asked = Date.now();
		this.#changed = false;
		const limit = setTimeout(() => request.abort(new Error(`it does not answer within ${ANSWER / 1000} s`)), ANSWER);
		try {
			const addresses = Object.entries(this.#ask());
			const answers = await Promise.all(addresses.map(([, address]) => answer(address, request.signal)));
			if (this.#request === request) {
				this.#show(Object.fromEntries(addresses.map(([name], i) => [name, answers[i]])));
			}
		}
		catch (error) {
			if (this.#request === request) {
				this.#fail(error);
			}
		}
		clearTimeout(limit);
		if (this.#request === request) {
			this.#request = null;
			this.#next();
		}
	}

	#next() {
		if (this.#active()) {
			this.#open();
			const heard = Date.now() - this.#heard < SILENCE;
			this.#soon(this.#changed ? SHORTEST : heard ? WITH_STREAM : WITHOUT_STREAM);
		}
	}
}

async function answer(address, signal) {
	const response = await fetch(address, { signal, headers: { Accept: "application/json" } });
	if (response.status === 204) {
		return null;
	}
	if (!response.ok) {
		throw new Error(`it answers with status ${response.status}`);
	}
	return response.json();
}
