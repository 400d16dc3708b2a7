/** Where a cell comes from: point at one of the panel's small grids, and its row and column light up. */

import { corner, place } from "./cells.js";
import { origin } from "./origin.js";

/** @typedef {import("./origin.js").Trace} Trace @typedef {import("./origin.js").Spot} Spot */

const ARROWS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
});

export class Tracing {
  /** @param {HTMLElement} panel */
  constructor(panel) {
    this.panel = panel;
    /** @type {Trace|null} */
    this.trace = null;
    /** @type {Spot} */
    this.at = { part: 0, row: 0, column: 0 };
    panel.addEventListener("pointermove", (event) => this.point(event));
    panel.addEventListener("pointerdown", (event) => this.point(event));
    panel.addEventListener("pointerleave", () => this.show(null));
    panel.addEventListener("focusin", (event) => this.enter(event));
    panel.addEventListener("focusout", () => this.show(null));
    panel.addEventListener("keydown", (event) => this.walk(event));
  }

  /** @param {string} [json] the trace of the step, if it has one */
  load(json) {
    this.trace = json ? JSON.parse(json) : null;
    for (const grid of this.grids()) grid.setAttribute("tabindex", "0");
    this.show(null);
  }

  /** @returns {Element[]} the grids of the section in sight that can be pointed at */
  grids() {
    if (!this.trace) return [];
    return [...this.panel.querySelectorAll(`[data-for="${this.panel.dataset.phase}"] svg[data-part]`)].filter((grid) => this.part(grid) >= 0);
  }

  /** @param {Element} grid */
  part(grid) {
    return Number(grid.getAttribute("data-part"));
  }

  /** @param {PointerEvent} event */
  point(event) {
    const grid = /** @type {Element} */ (event.target).closest?.("svg[data-part]");
    if (!grid || !this.trace || this.part(grid) < 0) return this.show(null);
    const box = grid.getBoundingClientRect();
    const [, , width, height] = (grid.getAttribute("viewBox") ?? "").split(" ").map(Number);
    const cells = /** @type {Element} */ (grid.querySelector(".cells"));
    const at = place(cells);
    const x = ((event.clientX - box.left) / box.width) * width - at.x;
    const y = ((event.clientY - box.top) / box.height) * height - at.y;
    this.go({ part: this.part(grid), row: Math.floor(y / at.height), column: Math.floor(x / at.width) });
  }

  /** @param {FocusEvent} event */
  enter(event) {
    const grid = /** @type {Element} */ (event.target).closest?.("svg[data-part]");
    if (grid && this.trace) this.go({ part: this.part(grid), row: 0, column: 0 });
  }

  /** @param {KeyboardEvent} event */
  walk(event) {
    const grid = /** @type {Element} */ (event.target).closest?.("svg[data-part]");
    const step = ARROWS[event.key];
    if (!grid || !step || !this.trace) return;
    event.preventDefault();
    event.stopPropagation();
    this.go({ part: this.part(grid), row: this.at.row + step[0], column: this.at.column + step[1] });
  }

  /** @param {Spot} spot the nearest cell that there is */
  go(spot) {
    const rows = this.trace?.parts[spot.part]?.rows;
    if (!rows) return this.show(null);
    const clamp = (/** @type {number} */ value, /** @type {number} */ count) => Math.min(count - 1, Math.max(0, value));
    this.at = { part: spot.part, row: clamp(spot.row, rows.length), column: clamp(spot.column, rows[0].length) };
    this.show(this.at);
  }

  /** @param {Spot|null} spot */
  show(spot) {
    for (const old of this.panel.querySelectorAll("svg[data-part] .lit")) old.remove();
    const found = this.trace && spot ? origin(this.trace, spot) : null;
    for (const said of this.panel.querySelectorAll(".traced")) {
      const hint = this.trace ? /** @type {HTMLElement} */ (said).dataset.hint ?? "" : "";
      said.textContent = found ? found.text : hint;
    }
    if (!found) return;
    const grids = this.grids();
    for (const area of found.areas) {
      const grid = grids.find((each) => this.part(each) === area.part);
      if (grid) grid.append(outline(grid, area));
    }
  }
}

/** @param {Element} grid @param {import("./origin.js").Area} area */
function outline(grid, area) {
  const at = place(/** @type {Element} */ (grid.querySelector(".cells")));
  const [left, top] = corner(at, area.rows[0], area.columns[0]);
  const [right, bottom] = corner(at, area.rows[1], area.columns[1]);
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const sides = { x: left - 0.5, y: top - 0.5, width: right - left + at.width, height: bottom - top + at.height };
  drawn.setAttribute("class", "lit");
  for (const [name, side] of Object.entries(sides)) drawn.setAttribute(name, String(side));
  return drawn;
}
