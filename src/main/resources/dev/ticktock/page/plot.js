/** The lag of the last ticks as a plot, drawn by uPlot, which is loaded when the first is shown. */

import { h } from "./dom.js";
import { clock, lag, zoneName } from "./time.js";

const HEIGHT = 200;
/** If one tick was so many times later than most, the axis counts digits: the others would lie on the ground. */
const FAR = 50;

let library = null;

function load() {
	library ??= new Promise((loaded, failed) => {
		document.head.append(h("link", { rel: "stylesheet", href: "page/plot/uPlot.min.css" }));
		document.head.append(h("script", { src: "page/plot/uPlot.iife.min.js", onload: () => loaded(globalThis.uPlot), onerror: () => {
			library = null;
			failed(new Error("the plot cannot be loaded"));
		} }));
	});
	return library;
}

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class Plot {
	#element;
	#plot = null;
	#key = "";

	constructor(element) {
		this.#element = element;
		new ResizeObserver(() => this.#plot?.setSize({ width: element.clientWidth, height: HEIGHT })).observe(element);
		matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#again());
	}

	#ticks = [];
	#far = false;

	#again() {
		this.#key = "";
		this.show(this.#ticks);
	}

	/** Shows ticks, the newest first. */
	async show(ticks) {
		this.#ticks = ticks;
		const slots = ticks.filter((tick) => tick.lagMillis !== undefined).reverse();
		const key = zoneName() + slots.map((tick) => tick.slot).join();
		if (key === this.#key || slots.length === 0) {
			return;
		}
		const fresh = this.#key === "";
		this.#key = key;
		const lags = slots.map((tick) => tick.lagMillis);
		const far = Math.max(...lags) > FAR * Math.max(2, [...lags].sort((a, b) => a - b)[lags.length >> 1]);
		const data = [slots.map((tick) => Date.parse(tick.slot) / 1000), far ? lags.map((each) => Math.max(1, each)) : lags];
		const uPlot = await load();
		if (this.#plot && !fresh && this.#far === far) {
			this.#plot.setData(data);
			return;
		}
		this.#far = far;
		this.#plot?.destroy();
		this.#plot = new uPlot(options(uPlot, this.#element.clientWidth, far), data, this.#element);
	}
}

/** An axis from 1 ms to the power of ten above the largest, with a line at each. */
const POWERS = {
	splits: (plot, axis, least, most) => [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000].filter((power) => power <= most),
	filter: (plot, splits) => splits,
};
const aboveAll = (plot, least, most) => [1, 10 ** Math.ceil(Math.log10(most + 1))];

function options(uPlot, width, far) {
	const [ink, line, good] = [color("--quiet"), color("--line"), color("--good")];
	const font = `12px ${getComputedStyle(document.body).fontFamily}`;
	const axis = { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 } };
	return {
		width,
		height: HEIGHT,
		legend: { show: false },
		cursor: { y: false, drag: { x: false, y: false } },
		tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zoneName()),
		scales: { y: far ? { distr: 3, log: 10, range: aboveAll } : { range: (plot, least, most) => [0, Math.max(10, most * 1.15)] } },
		axes: [{ ...axis, space: 90, values: [
			[86_400, "{D} {MMM}", null, null, null, null, null, null, 1],
			[3600, "{HH}:{mm}", "\n{D} {MMM}", null, "\n{D} {MMM}", null, null, null, 1],
			[60, "{HH}:{mm}", "\n{D} {MMM}", null, "\n{D} {MMM}", null, null, null, 1],
			[1, "{HH}:{mm}:{ss}", "\n{D} {MMM}", null, "\n{D} {MMM}", null, null, null, 1],
		] }, { ...axis, size: 76, ...(far ? POWERS : {}),
			values: (plot, values) => values.map((value) => value === null ? "" : lag(Math.round(value))) }],
		series: [{}, { stroke: good, width: 1.5, fill: `${good}1a`, points: { show: true, size: 5, fill: good } }],
		hooks: { setCursor: [(plot) => {
			const i = plot.cursor.idx;
			plot.root.title = i === null || i === undefined ? "" : `${clock(plot.data[0][i] * 1000)}: ${lag(plot.data[1][i])}`;
		}] },
	};
}
