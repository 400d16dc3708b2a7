/** The leaves below the source: a slider and a field for each. */

import { Heat } from "./heat.js";
import { Matrix } from "./matrix.js";

/** @typedef {import("./film.js").Leaf} Leaf @typedef {import("./film.js").Given} Given */

const FINE = 100; // of a slider's range: what is smaller cannot be moved by hand any more

export class Leaves {
  /**
   * @param {HTMLElement} place
   * @param {(inputs: Record<string, Given>, done: boolean, name: string, place: number[]) => void} changed `done` when
   *   the hand lets go; `place` is that of the cell of a tensor
   * @param {(name: string) => Promise<{value: import("./matrix.js").Nested[], gradient: import("./matrix.js").Nested|null, editable: boolean}|null>} whole
   *   asks for all cells of a large tensor
   */
  constructor(place, changed, whole) {
    this.place = place;
    this.changed = changed;
    this.whole = whole;
    /** @type {Map<string, Heat>} the pictures of large tensors */
    this.heats = new Map();
    /** @type {Map<string, {value: import("./matrix.js").Nested, gradient: import("./matrix.js").Nested|null}|null>} large tensors whose cells are there; null while they are asked for anew */
    this.opened = new Map();
    this.heading = /** @type {HTMLElement} */ (place.previousElementSibling);
    /** @type {Record<string, Given>} of tensors those that are not the source's own */
    this.values = {};
    /** @type {Record<string, Given|null>} what the fields show */
    this.shown = {};
    this.names = "";
  }

  /** @param {Leaf[]} leaves @param {boolean} [typed] whether they come from a source that was typed, not from here */
  load(leaves, typed) {
    const names = leaves.map((leaf) => leaf.name).join(" ");
    const known = !typed || leaves.every(({ name, value }) => String(value) === String(this.shown[name]));
    for (const { name, heat } of leaves) if (heat) this.heats.get(name)?.draw(heat);
    if (names === this.names && known) return; // the hand is ahead of the answers
    this.heats.clear();
    this.opened.clear();
    this.names = names;
    this.heading.hidden = !leaves.length;
    const own = /** @type {[string, Given][]} */ (leaves.flatMap(({ name, value, given }) => (value !== null && (given || !Array.isArray(value)) ? [[name, value]] : [])));
    this.values = Object.fromEntries(own);
    this.shown = Object.fromEntries(leaves.map(({ name, value }) => [name, value]));
    this.place.replaceChildren(...leaves.map((leaf) => this.row(leaf)));
  }

  /** @param {Leaf} leaf */
  row({ name, value, shown, heat }) {
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById(typeof value === "object" ? "leaf-tensor" : "leaf"));
    const row = /** @type {HTMLElement} */ (/** @type {Element} */ (template.content.firstElementChild).cloneNode(true));
    if (typeof value === "object") return this.tensor(row, name, value, shown, heat);
    const [label, slider, field] = /** @type {[HTMLLabelElement, HTMLInputElement, HTMLInputElement]} */ ([...row.querySelectorAll("label, input")]);
    row.dataset.leaf = name;
    label.textContent = name;
    label.title = name;
    label.htmlFor = field.id = `leaf-${name}`;
    slider.setAttribute("aria-label", name);
    stretch(slider, Number(value));
    field.value = Number.isFinite(value) ? String(round(Number(value))) : "";
    field.placeholder = String(value);
    slider.addEventListener("input", () => this.set(name, slider.valueAsNumber, false, field));
    slider.addEventListener("change", () => this.set(name, slider.valueAsNumber, true, field));
    field.addEventListener("input", () => Number.isFinite(field.valueAsNumber) && this.set(name, field.valueAsNumber, false, slider));
    field.addEventListener("change", () => {
      const typed = field.valueAsNumber;
      if (!Number.isFinite(typed)) return void (field.value = Number.isFinite(this.values[name]) ? String(this.values[name]) : "");
      const size = Math.abs(typed);
      if (size > Number(slider.max) || size < Number(slider.max) / FINE) stretch(slider, typed);
      this.set(name, typed, true, slider);
    });
    return row;
  }

  /**
   * @param {HTMLElement} row @param {string} name
   * @param {import("./matrix.js").Nested[]|null} value null of one that is large and the source's own
   * @param {string} shape @param {import("./film.js").Heat} [heat] of one that is large
   */
  tensor(row, name, value, shape, heat) {
    row.dataset.leaf = name;
    const label = /** @type {HTMLElement} */ (row.querySelector(".of"));
    label.textContent = label.title = name;
    /** @type {HTMLElement} */ (row.querySelector(".shape")).textContent = shape;
    row.setAttribute("aria-label", `${name} ${shape}`);
    const parts = /** @type {HTMLElement[]} */ ([...row.querySelectorAll("div.cells, .chosen, .slide")]);
    const fill = /** @param {import("./matrix.js").Nested[]} cells @param {boolean} editable */ (cells, editable) => {
      for (const part of parts) part.hidden = !editable && part.matches(".slide");
      new Matrix(row, name, cells, stretch, editable ? (changed, place, done) => {
        this.values[name] = this.shown[name] = changed;
        this.changed({ ...this.values }, done, name, place);
      } : null);
    };
    if (heat) {
      for (const part of parts) part.hidden = true;
      this.heats.set(name, new Heat(row, heat, async () => {
        const all = await this.whole(name);
        if (all) fill(all.value, all.editable);
        if (all?.editable) this.opened.set(name, all);
        return all;
      }));
    }
    if (value) fill(value, true);
    return row;
  }

  /** The gradients of large tensors are asked for anew, since the pass has other numbers. */
  async foretell() {
    const values = JSON.stringify(this.values);
    await Promise.all([...this.opened.keys()].map(async (name) => {
      this.opened.set(name, null);
      const all = await this.whole(name);
      if (all && values === JSON.stringify(this.values)) this.opened.set(name, all);
    }));
  }

  /** @param {string} name @param {number} value @param {boolean} done a leaf is changed by another hand: on the landscape */
  put(name, value, done) {
    for (const input of this.rowOf(name)?.querySelectorAll("input") ?? []) {
      if (input.type === "range" && Math.abs(value) > Number(input.max)) stretch(input, value);
      input.value = String(round(value));
    }
    this.values[name] = this.shown[name] = round(value);
    this.changed({ ...this.values }, done, name, []);
  }

  /** @param {string} name @returns {HTMLElement|undefined} */
  rowOf(name) {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.place.querySelectorAll(".leaf"))].find((row) => row.dataset.leaf === name);
  }

  /** Shows where a slider was before it was moved; nowhere without a name. @param {string} [name] @param {number} [value] */
  ghost(name, value = 0) {
    for (const ghost of this.place.querySelectorAll(".ghost:not([hidden])")) /** @type {HTMLElement} */ (ghost).hidden = true;
    const row = name === undefined ? undefined : this.rowOf(name);
    const [ghost, slider] = [row?.querySelector(".ghost"), row?.querySelector("input[type=range]")];
    if (!(ghost instanceof HTMLElement) || !(slider instanceof HTMLInputElement) || !Number.isFinite(value)) return;
    const part = (value - Number(slider.min)) / (Number(slider.max) - Number(slider.min));
    ghost.hidden = part < 0 || part > 1;
    ghost.style.left = `calc(8px + ${part} * (100% - 16px))`; // a thumb's middle does not reach the ends
  }

  /** @param {string} name @param {number} value @param {boolean} done @param {HTMLInputElement} other */
  set(name, value, done, other) {
    const rounded = round(value);
    this.values[name] = this.shown[name] = rounded;
    other.value = String(rounded);
    this.changed({ ...this.values }, done, name, []);
  }
}

/** @param {HTMLInputElement} slider @param {number} value which it has room around then */
function stretch(slider, value) {
  let reach = 5;
  while (Number.isFinite(value) && reach < 2 * Math.abs(value)) reach *= String(reach).startsWith("2") ? 2.5 : 2; // 5 10 20 50
  [slider.min, slider.max, slider.step] = [-reach, reach, reach / 500].map(String);
  slider.value = String(value);
}

/** @param {number} value what a slider gives, without the dust of binary fractions */
function round(value) {
  return Number(value.toPrecision(10));
}
