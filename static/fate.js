/** What a moved leaf did to the loss, beside what its gradient foretold; the old value stays as a ghost. */

import { cellAt, cellName } from "./matrix.js";
import { short } from "./numbers.js";

/** @typedef {import("./film.js").FilmDocument} FilmDocument */

/**
 * @param {{value: number, gradient: number, loss: number}} before when the hand took hold
 * @param {number} value now
 * @param {number} loss now
 * @returns {{predicted: number, true: number}} the change of the loss by the gradient alone, and the real one
 */
export function change(before, value, loss) {
  return { predicted: before.gradient * (value - before.value), true: loss - before.loss };
}

export class Fate {
  /** @param {HTMLElement} place @param {import("./leaves.js").Leaves} leaves */
  constructor(place, leaves) {
    this.place = place;
    this.leaves = leaves;
    /** @type {{name: string, place: number[], value: number, gradient: number, loss: number}|null} */
    this.before = null;
    this.held = false;
  }

  /** A hand changes a leaf. @param {FilmDocument} document the film until now @param {string} name @param {number[]} place @param {boolean} done */
  take(document, name, place, done) {
    if (!this.held || this.before?.name !== name || String(this.before.place) !== String(place)) {
      const leaf = document.leaves.find((each) => each.name === name);
      const whole = this.leaves.opened.get(name);
      const [value, gradient, loss] = [cellAt(leaf?.value ?? whole?.value, place), cellAt(leaf?.gradient ?? whole?.gradient, place), document.loss];
      const known = typeof value === "number" && typeof gradient === "number" && typeof loss === "number";
      this.before = known ? { name, place, value, gradient, loss } : null;
    }
    this.held = !done;
    this.leaves.ghost(this.before?.name, this.before?.value);
  }

  /** @param {Pick<FilmDocument, "leaves"|"loss">} document the film of the new values */
  show(document) {
    const { before } = this;
    const value = cellAt(document.leaves.find((leaf) => leaf.name === before?.name)?.value, before?.place ?? []);
    const known = before !== null && typeof value === "number" && typeof document.loss === "number";
    this.place.hidden = !known;
    if (!known) return;
    const fate = change(before, value, /** @type {number} */ (document.loss));
    const texts = { dt: cellName(before.name, before.place), s: short(before.value), b: short(value), ".predicted": short(rounded(fate.predicted)), ".true": short(rounded(fate.true)) };
    for (const [where, text] of Object.entries(texts)) /** @type {Element} */ (this.place.querySelector(where)).textContent = text;
  }

  /** Another program, another pass: what was before is no comparison. */
  forget() {
    this.before = null;
    this.held = false;
    this.place.hidden = true;
    this.leaves.ghost();
  }
}

/** @param {number} value without the dust of binary fractions */
function rounded(value) {
  return Number(value.toPrecision(10));
}
