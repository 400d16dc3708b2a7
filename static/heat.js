/** A large tensor leaf as a small grid, with what a cell of it stands for; its own cells come when they are asked for. */

import { draw } from "./cells.js";

/** @typedef {import("./film.js").Heat} HeatDocument */

const NS = "http://www.w3.org/2000/svg";

export class Heat {
  /**
   * @param {HTMLElement} row of the leaf
   * @param {HeatDocument} heat
   * @param {() => Promise<{editable: boolean}|null>} open shows all cells; null: they did not come
   */
  constructor(row, heat, open) {
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById("leaf-large"));
    const large = /** @type {HTMLElement} */ (/** @type {Element} */ (template.content.firstElementChild).cloneNode(true));
    row.querySelector(".shape")?.after(large);
    const words = large.dataset;
    this.grid = document.createElementNS(NS, "g");
    this.grid.setAttribute("class", "cells value");
    const [width, height] = heat.size;
    const svg = document.createElementNS(NS, "svg");
    for (const [name, value] of Object.entries({ class: "graph", viewBox: `-1 -1 ${width + 2} ${height + 2}`, width: String(width + 2), height: String(height + 2), "aria-hidden": "true" })) svg.setAttribute(name, value);
    const frame = document.createElementNS(NS, "rect");
    for (const [name, value] of Object.entries({ class: "frame", x: "-0.5", y: "-0.5", width: String(width), height: String(height) })) frame.setAttribute(name, value);
    svg.append(frame, this.grid);
    large.prepend(svg);
    const [rows, columns] = heat.block;
    const [shown, all] = heat.slices;
    const notes = [rows * columns > 1 ? words.block : "", shown < all ? words.slices : ""].join(" ");
    const note = /** @type {HTMLElement} */ (large.querySelector(".note"));
    note.textContent = notes.replace("{rows}", String(rows)).replace("{columns}", String(columns)).replace("{shown}", String(shown)).replace("{all}", String(all)).trim();
    const button = /** @type {HTMLButtonElement} */ (large.querySelector("button"));
    button.hidden = !heat.cells;
    button.addEventListener("click", async () => {
      button.disabled = true;
      const cells = await open();
      button.disabled = false;
      if (!cells) return;
      button.hidden = true;
      if (!cells.editable) note.textContent += ` ${words.still}`;
      /** @type {HTMLElement|null} */ (row.querySelector("div.cells input"))?.focus({ preventScroll: true });
    });
    this.draw(heat);
  }

  /** @param {HeatDocument} heat of other numbers */
  draw({ text, at: [columns, slice, width, height] }) {
    this.grid.setAttribute("data-grid", `${columns} ${slice} ${width} ${height}`);
    draw(this.grid, text);
  }
}
