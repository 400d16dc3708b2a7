/** A tensor leaf as a grid of fields; the chosen cell has a slider of its own. Of a large one only what is in view is there. */

import { short } from "./numbers.js";

/** @typedef {number|string} Cell NaN and infinities are strings */
/** @typedef {Cell|Nested[]} Nested */

const PITCH = { desk: [54, 26], phone: [82, 46] }; // px from one cell of a large tensor to the next, across and down
const FEW = 144; // cells that are all there at once

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @param {Nested} value @returns {number[][]} where every cell is, row by row */
export function places(value, inside = /** @type {number[]} */ ([])) {
  if (!Array.isArray(value)) return [inside];
  return value.flatMap((each, index) => places(each, [...inside, index]));
}

/** @param {Nested|null|undefined} value @param {number[]} place @returns {Cell|undefined} */
export function cellAt(value, place) {
  /** @type {any} */
  let found = value;
  for (const index of place) found = found?.[index];
  return found;
}

/** @param {Nested} value @param {number[]} place @param {number} cell @returns {Nested} the same but for one cell */
export function withCell(value, place, cell) {
  if (!place.length) return cell;
  const [first, ...rest] = place;
  return /** @type {Nested[]} */ (value).map((each, index) => (index === first ? withCell(each, rest, cell) : each));
}

/** @param {string} name @param {number[]} place */
export function cellName(name, place) {
  return place.length ? `${name}[${place.join(", ")}]` : name;
}

export class Matrix {
  /**
   * @param {HTMLElement} row of the leaf, with a slider in it
   * @param {string} name
   * @param {Nested[]} value
   * @param {(slider: HTMLInputElement, value: number) => void} stretch gives a slider room around a value
   * @param {((value: Nested, place: number[], done: boolean) => void)|null} changed null: it is only looked at
   */
  constructor(row, name, value, stretch, changed) {
    this.name = name;
    this.value = /** @type {Nested} */ (value);
    this.stretch = stretch;
    this.changed = changed;
    this.places = places(value);
    const last = this.places[this.places.length - 1] ?? [];
    this.columns = (last[last.length - 1] ?? 0) + 1;
    this.chosen = 0;
    this.slider = /** @type {HTMLInputElement} */ (row.querySelector("input[type=range]"));
    this.label = /** @type {HTMLElement} */ (row.querySelector(".chosen"));
    this.grid = /** @type {HTMLElement} */ (row.querySelector("div.cells"));
    this.grid.style.setProperty("--columns", String(this.columns));
    /** @type {Map<number, HTMLInputElement>} the fields that are there */
    this.fields = new Map();
    this.large = this.places.length > FEW;
    const [wide, high] = PITCH[window.matchMedia("(max-width: 760px)").matches ? "phone" : "desk"];
    this.wide = wide;
    this.high = high;
    if (this.large) this.spread();
    else this.fill(0, this.places.length, 0, this.columns);
    this.slider.addEventListener("input", () => this.set(this.slider.valueAsNumber, false));
    this.slider.addEventListener("change", () => this.set(this.slider.valueAsNumber, true));
    this.choose(0);
  }

  /** Gives a large tensor room to be scrolled through. */
  spread() {
    const rows = Math.ceil(this.places.length / this.columns);
    const room = document.createElement("div");
    [room.style.width, room.style.height] = [`${this.columns * this.wide}px`, `${rows * this.high}px`];
    this.grid.classList.add("large");
    this.grid.style.setProperty("--wide", `${this.wide - 2}px`);
    this.grid.style.setProperty("--high", `${this.high - 2}px`);
    this.grid.replaceChildren(room);
    const look = () => {
      const { scrollTop: top, scrollLeft: left, clientHeight: height, clientWidth: width } = this.grid;
      const [first, column] = [Math.floor(top / this.high), Math.floor(left / this.wide)];
      this.fill(first, Math.min(rows, first + Math.ceil(height / this.high) + 1), column, Math.min(this.columns, column + Math.ceil(width / this.wide) + 1));
    };
    this.grid.addEventListener("scroll", look);
    new ResizeObserver(look).observe(this.grid);
    look();
  }

  /** Puts the fields of some rows and columns there, and takes away those that are out of view. @param {number} row @param {number} rows @param {number} column @param {number} columns the last ones, exclusive */
  fill(row, rows, column, columns) {
    /** @type {HTMLInputElement[]} */
    const fresh = [];
    const wanted = new Set();
    for (let j = row; j < rows; j++) {
      for (let i = column; i < columns; i++) {
        const index = j * this.columns + i;
        if (index >= this.places.length) break;
        wanted.add(index);
        if (this.fields.has(index)) continue;
        const field = this.field(this.places[index], index);
        if (this.large) field.style.translate = `${i * this.wide}px ${j * this.high}px`;
        this.fields.set(index, field);
        fresh.push(field);
      }
    }
    for (const [index, field] of this.fields) {
      if (wanted.has(index) || field === document.activeElement) continue;
      field.remove();
      this.fields.delete(index);
    }
    this.grid.append(...fresh);
    this.mark();
  }

  /** Goes to a cell, wherever it is. @param {number} index */
  focus(index) {
    if (index < 0 || index >= this.places.length) return;
    if (this.large) {
      const [x, y] = [(index % this.columns) * this.wide, Math.floor(index / this.columns) * this.high];
      const { scrollTop: top, scrollLeft: left, clientHeight: height, clientWidth: width } = this.grid;
      this.grid.scrollTop = Math.min(y, Math.max(top, y + this.high - height));
      this.grid.scrollLeft = Math.min(x, Math.max(left, x + this.wide - width));
      const [j, i] = [Math.floor(index / this.columns), index % this.columns];
      if (!this.fields.has(index)) this.fill(j, j + 1, i, i + 1);
    }
    this.fields.get(index)?.focus({ preventScroll: this.large });
  }

  /** @param {number[]} place @param {number} index */
  field(place, index) {
    const field = Object.assign(document.createElement("input"), { type: "text", inputMode: "decimal", autocomplete: "off", readOnly: !this.changed });
    field.setAttribute("aria-label", cellName(this.name, place));
    const shown = () => void (field.value = this.brief(cellAt(this.value, place)));
    shown();
    field.addEventListener("focus", () => {
      this.choose(index);
      field.value = String(cellAt(this.value, place));
      field.select();
    });
    field.addEventListener("input", () => this.typed(field, false));
    field.addEventListener("change", () => this.typed(field, true));
    field.addEventListener("blur", shown);
    field.addEventListener("keydown", (event) => this.walk(event, field));
    return field;
  }

  /** @param {Cell|undefined} cell as many digits as there is room for; all of them are there on focus */
  brief(cell) {
    const number = Number(cell);
    return short(Number.isFinite(number) ? Number(number.toPrecision(this.columns > 4 && !this.large ? 2 : 3)) : cell);
  }

  /** @param {HTMLInputElement} field @param {boolean} done */
  typed(field, done) {
    const number = Number(field.value.replaceAll("−", "-"));
    if (!field.value.trim() || !Number.isFinite(number)) return;
    this.stretch(this.slider, number);
    this.put(number, done);
  }

  /** @param {KeyboardEvent} event arrows go to the neighbours, sideways from the ends of the text */
  walk(event, field = /** @type {HTMLInputElement} */ (event.target)) {
    const way = ARROWS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const { selectionStart: from, selectionEnd: to, value } = field;
    const all = from === 0 && to === value.length;
    if (way[1] < 0 && !all && from !== 0) return;
    if (way[1] > 0 && !all && to !== value.length) return;
    const row = Math.floor(this.chosen / this.columns) + way[0];
    const column = (this.chosen % this.columns) + way[1];
    event.preventDefault();
    if (column >= 0 && column < this.columns) this.focus(row * this.columns + column);
  }

  /** @param {number} index the slider moves this cell from now on; it is the one that Tab reaches */
  choose(index) {
    this.chosen = index;
    this.mark();
    const name = cellName(this.name, this.places[index]);
    this.label.textContent = name;
    this.slider.setAttribute("aria-label", `${name} ↔`);
    this.stretch(this.slider, Number(cellAt(this.value, this.places[index])));
  }

  /** One field can be reached by Tab: the chosen one, or the first in view. */
  mark() {
    const [first] = this.fields.has(this.chosen) ? [this.chosen] : [...this.fields.keys()].sort((a, b) => a - b);
    for (const [each, field] of this.fields) {
      field.tabIndex = each === first ? 0 : -1;
      field.classList.toggle("here", each === this.chosen);
    }
  }

  /** @param {number} value of the slider @param {boolean} done */
  set(value, done) {
    const rounded = Number(value.toPrecision(6));
    const field = this.fields.get(this.chosen);
    if (field) field.value = this.brief(rounded);
    this.put(rounded, done);
  }

  /** @param {number} value @param {boolean} done */
  put(value, done) {
    const place = this.places[this.chosen];
    this.value = withCell(this.value, place, value);
    this.changed?.(this.value, place, done);
  }
}
