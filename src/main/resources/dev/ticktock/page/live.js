/** Keeps the page up to date: asks every two seconds while it is visible. */

const INTERVAL = 2000;
const PATIENCE = 10_000;

export class Live {
	#ask;
	#show;
	#fail;
	#timer = 0;
	#request = null;
	paused = false;

	/**
	 * @param ask returns the addresses to ask, by name
	 * @param show is called with the answers, by name; an answer is null if there is none
	 * @param fail is called with the reason
	 */
	constructor(ask, show, fail) {
		this.#ask = ask;
		this.#show = show;
		this.#fail = fail;
		document.addEventListener("visibilitychange", () => this.#schedule(0));
		addEventListener("online", () => this.now());
		this.#schedule(0);
	}

	pause(paused) {
		this.paused = paused;
		this.#schedule(0);
	}

	/** Asks at once, for something else than before; also while paused. */
	now() {
		this.#request?.abort();
		clearTimeout(this.#timer);
		this.#refresh();
	}

	#schedule(millis) {
		clearTimeout(this.#timer);
		if (!this.paused && !document.hidden && !this.#request) {
			this.#timer = setTimeout(() => this.#refresh(), millis);
		}
	}

	async #refresh() {
		const request = new AbortController();
		this.#request = request;
		const limit = setTimeout(() => request.abort(new Error(`it does not answer within ${PATIENCE / 1000} s`)), PATIENCE);
		const addresses = Object.entries(this.#ask());
		try {
			const answers = await Promise.all(addresses.map(([, address]) => this.#answer(address, request.signal)));
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
			this.#schedule(INTERVAL);
		}
	}

	async #answer(address, signal) {
		const response = await fetch(address, { signal });
		if (!response.ok) {
			throw new Error(`it answers with status ${response.status}`);
		}
		return response.status === 204 ? null : response.json();
	}
}
