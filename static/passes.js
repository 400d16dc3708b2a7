/** The passes of a run as a track: the curve of the loss, those of the parameters that are wanted, and where the reader is. */

import { apart, curve, extent, linear } from "./chart.js";
import { enlarged } from "./look.js";
import { short } from "./numbers.js";

const NS = "http://www.w3.org/2000/svg";
const STEEP = 1000; // a loss that falls this many times is drawn by its logarithm

/**
 * @typedef {{value: (number|string|null)[], of: Record<string, (number|string|null)[]>,
 *   source_lines?: number[]}} Series `source_lines`: where each pass began its way back
 */

export class Passes {
  /**
   * @param {HTMLElement} place
   * @param {HTMLElement} turn what says which pass it is
   * @param {{pass: string, curve: string, curves: string, loss: string, log: string}} words
   * @param {(pass: number) => void} open
   */
  constructor(place, turn, words, open) {
    this.place = place;
    this.turn = turn;
    this.words = words;
    /** @type {Series|null} */
    this.series = null;
    this.drawn = 0;
    this.picture = document.createElementNS(NS, "svg");
    this.picture.setAttribute("aria-hidden", "true");
    this.slider = Object.assign(document.createElement("input"), { type: "range", id: "pass", min: "0", step: "1", value: "0" });
    this.slider.setAttribute("aria-label", words.curve);
    this.slider.addEventListener("input", () => open(this.slider.valueAsNumber)); // on "change" a pass would be opened twice
    this.label = document.createElement("output");
    this.label.className = "said";
    this.told = Object.assign(document.createElement("p"), { className: "told", hidden: true, ariaHidden: "true" }); // the slider says the same
    this.chips = Object.assign(document.createElement("div"), { className: "curves", role: "group", ariaLabel: words.curves });
    /** @type {Set<string>} parameters whose curves are not wanted */
    this.off = new Set();
    this.pass = 0;
    place.replaceChildren(this.picture, this.label, this.slider, this.told, this.chips);
    this.slider.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.tell(this.under(event)));
    this.slider.addEventListener("pointerleave", () => this.tell(null));
    this.slider.addEventListener("focus", () => this.slider.matches(":focus-visible") && this.tell(this.pass));
    this.slider.addEventListener("blur", () => this.tell(null));
    new ResizeObserver(() => this.draw()).observe(place);
  }

  /** @param {Series|null} series */
  load(series) {
    this.series = series;
    this.drawn = 0;
    this.chips.replaceChildren(...Object.keys(series?.of ?? {}).map((name) => this.chip(name)));
    this.draw();
  }

  /** Switches a parameter's curve on and off. @param {string} name */
  chip(name) {
    const chip = Object.assign(document.createElement("button"), { className: "button", textContent: name, ariaPressed: String(!this.off.has(name)) });
    chip.addEventListener("click", () => {
      if (!this.off.delete(name)) this.off.add(name);
      chip.ariaPressed = String(!this.off.has(name));
      this.drawn = 0;
      this.draw();
    });
    const lit = /** @param {boolean} on */ (on) => this.picture.querySelector(`[data-name="${CSS.escape(name)}"]`)?.classList.toggle("lit", on);
    for (const [event, on] of /** @type {const} */ ([["pointerenter", true], ["pointerleave", false], ["focus", true], ["blur", false]])) chip.addEventListener(event, () => lit(on));
    return chip;
  }

  /** The parameters whose curves are drawn. @returns {[string, (number|string|null)[]][]} */
  get wanted() {
    return Object.entries(this.series?.of ?? {}).filter(([name]) => !this.off.has(name));
  }

  /** @param {PointerEvent} event @returns {number} the pass below the pointer */
  under(event) {
    const { left, width } = this.place.getBoundingClientRect();
    const last = Number(this.slider.max);
    return Math.min(last, Math.max(0, Math.round(((event.clientX - left) / width) * last)));
  }

  /** @param {number} pass @returns {string} its loss and its parameters */
  numbers(pass) {
    const value = this.series?.value[pass];
    if (value === undefined) return "";
    return [[this.words.loss, value], ...this.wanted.map(([name, values]) => [name, values[pass]])].map(([name, each]) => `${name} ${short(each)}`).join(", ");
  }

  /** Says what a pass had, at its place on the curve. @param {number|null} pass */
  tell(pass) {
    const numbers = pass === null ? "" : this.numbers(pass);
    this.told.hidden = !numbers;
    this.label.hidden = Boolean(numbers);
    this.picture.querySelector(".peek")?.classList.toggle("shown", Boolean(numbers));
    if (pass === null || !numbers) return;
    const count = Number(this.slider.max) + 1;
    this.told.textContent = `${this.words.pass.replace("{index}", String(pass + 1)).replace("{count}", String(count))}: ${numbers}`;
    const x = count > 1 ? (pass / (count - 1)) * this.drawn : 0;
    this.picture.querySelector(".peek")?.setAttribute("transform", `translate(${x.toFixed(1)} 0)`);
    this.told.style.setProperty("--x", `${x}px`); // measured here, the whole page would be laid out at every move
  }

  /** @param {number} pass @param {number} count */
  show(pass, count) {
    this.pass = pass;
    this.slider.max = String(count - 1);
    this.slider.style.setProperty("--steps", String(count));
    this.slider.value = String(pass);
    const said = this.words.pass.replace("{index}", String(pass + 1)).replace("{count}", String(count));
    this.turn.textContent = said;
    const value = this.series?.value[pass];
    this.label.textContent = value === undefined ? "" : `${this.words.loss} ${short(value)}`;
    this.slider.setAttribute("aria-valuetext", value === undefined ? said : `${said}, ${this.numbers(pass)}`);
    if (!this.told.hidden && document.activeElement === this.slider) this.tell(pass);
    const part = count > 1 ? pass / (count - 1) : 0;
    const cursor = /** @type {SVGElement|null} */ (this.picture.querySelector(".cursor"));
    cursor?.setAttribute("transform", `translate(${(part * this.drawn).toFixed(1)} 0)`);
    const dot = this.picture.querySelector(".dot");
    const height = this.heights?.[pass];
    const drawn = height !== undefined && Number.isFinite(height);
    dot?.classList.toggle("nowhere", !drawn);
    if (drawn) dot?.setAttribute("cy", height.toFixed(1));
    this.label.style.setProperty("--at", `${part * 100}%`);
    this.label.classList.toggle("left", part > 0.5);
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.place;
    if (!this.series || !width || width === this.drawn) return;
    this.drawn = width;
    this.place.style.setProperty("--room", `${width}px`);
    const { value } = this.series;
    const loss = value.map(Number);
    const [low, high] = extent(loss);
    const positive = loss.filter((each) => each > 0);
    const log = low >= 0 && positive.length > 1 && high / positive.reduce((a, b) => Math.min(a, b)) > STEEP;
    const drawn = log ? loss.map((each) => (each > 0 ? Math.log10(each) : NaN)) : loss;
    const y = linear(...extent(drawn), height - 4, 6);
    this.heights = drawn.map(y);
    const named = this.wanted.map(([name, values]) => {
      const numbers = values.map(Number);
      return { name, numbers, scale: linear(...extent(numbers), height - 8, 8) };
    });
    const room = enlarged() ? 17 : 12;
    const labels = apart(named.map(({ numbers, scale }) => scale(numbers.findLast(Number.isFinite) ?? 0) + 13), room, room - 2, height - 3);
    const paths = named.map(({ name, numbers, scale }, index) => piece("path", { class: `parameter dash-${index % 4}`, "data-name": name, d: curve(numbers, width, scale) }, name));
    const names = named.map(({ name }, index) => {
      const label = piece("text", { class: "named", x: String(width - 3), y: labels[index].toFixed(1) });
      label.textContent = name;
      return label;
    });
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const cursor = piece("g", { class: "cursor" });
    cursor.append(piece("path", { d: `M0 0V${height}` }), piece("circle", { class: "dot", r: "4", cy: "0" }));
    const peek = piece("path", { class: "peek", d: `M0 0V${height}` });
    this.picture.replaceChildren(...paths, piece("path", { class: "loss", d: curve(drawn, width, y) }), ...names, peek, cursor);
    this.place.dataset.scale = log ? this.words.log : "";
    this.show(Number(this.slider.value), loss.length);
  }
}

/** @param {string} name @param {Record<string, string>} attributes @param {string} [title] */
function piece(name, attributes, title) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (title) element.append(Object.assign(document.createElementNS(NS, "title"), { textContent: title }));
  return element;
}
