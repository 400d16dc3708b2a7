/** What a printed page has beside the picture and the panel: the source, a table of the nodes at this step, the link. */

import { NONE } from "./numbers.js";

/** @param {HTMLElement} place @param {HTMLElement} graph as it is on screen @param {() => string} source */
export function handOut(place, graph, source) {
  window.addEventListener("beforeprint", () => {
    const lines = source().split("\n").map((text) => Object.assign(document.createElement("span"), { className: "line", textContent: text || " " }));
    /** @type {Element} */ (place.querySelector("pre")).replaceChildren(...lines);
    /** @type {Element} */ (place.querySelector("tbody")).replaceChildren(...rows(graph));
    const turn = document.getElementById("turns");
    /** @type {Element} */ (place.querySelector(".when")).textContent = turn?.hidden ? "" : `${turn?.textContent?.trim()}. `;
    const link = /** @type {HTMLAnchorElement} */ (place.querySelector("a"));
    link.href = link.textContent = window.location.href;
  });
}

/** @param {HTMLElement} graph @returns {HTMLElement[]} a row for each card with a name, once */
function rows(graph) {
  const cards = new Map(/** @type {HTMLElement[]} */ ([...graph.querySelectorAll("[data-node]")]).map((card) => [card.dataset.node, card]));
  return [...cards].sort(([a = ""], [b = ""]) => a.localeCompare(b, undefined, { numeric: true })).flatMap(([, card]) => {
    const name = card.querySelector("text.name")?.textContent ?? "";
    if (!name) return [];
    const [label, ...made] = name.split(" = ");
    const cells = [label, made.join(" = "), text(card, "value"), text(card, "gradient")].map((each, index) => {
      return Object.assign(document.createElement(index ? "td" : "th"), { textContent: each, className: ["", "made", "value number", "gradient number"][index] });
    });
    const shape = card.querySelector("text.shape")?.textContent;
    if (shape) cells[0].append(Object.assign(document.createElement("span"), { className: "shape", textContent: ` ${shape}` }));
    for (const cell of cells.slice(2)) cell.replaceChildren(...inRows(cell.textContent ?? ""));
    const row = document.createElement("tr");
    row.append(...cells);
    return [row];
  });
}

/** The rows of a small tensor, none of which is broken at the end of a line. @param {string} text @returns {(string|HTMLElement)[]} */
function inRows(text) {
  return text.split(/(?<=;) /).flatMap((each, index) => {
    const row = Object.assign(document.createElement("span"), { className: "row", textContent: each });
    return index ? [" ", row] : [row];
  });
}

/** A number, the range of a tensor, or of a small one its numbers row by row. @param {HTMLElement} card @param {string} part */
function text(card, part) {
  const written = [...card.querySelectorAll(`text.${part}`)].map((each) => each.textContent);
  if (written.length) return written.join(" ");
  const grid = card.querySelector(`.cells.${part}`);
  const columns = Number(grid?.getAttribute("data-grid")?.split(" ")[0]);
  const cells = [...(grid?.querySelectorAll("text") ?? [])].map((each) => each.textContent ?? "");
  if (cells.every((cell) => cell === NONE)) return NONE;
  return cells.map((cell, index) => (index && index % columns === 0 ? `; ${cell}` : cell)).join(" ").replaceAll(" ;", ";");
}
