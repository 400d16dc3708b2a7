/** The graph on the page: puts texts, classes and widths into the slots of the server's SVG. */

import { draw } from "./cells.js";

/** @typedef {import("./film.js").Frame} Frame */

const LINE = 15; // px from line to line of an edge's arithmetic
const SPACE = 3.5; // px, half the space before a sign, which stays there at the start of a line
const TILE = 6; // groups; Chromium paints a tile again only if something in it changed

export class Picture {
  /** @param {HTMLElement} place the element that holds the SVG */
  constructor(place) {
    this.place = place;
    /** @type {Map<string, Element[]>} */
    this.slots = new Map();
    /** @type {Map<string, number>} of each edge, how many others leave the same node before it */
    this.uses = new Map();
    this.read();
  }

  /** @returns {SVGSVGElement} */
  get svg() {
    return /** @type {SVGSVGElement} */ (this.place.querySelector("svg.graph"));
  }

  /** @param {string} svg the picture of another structure */
  replace(svg) {
    this.place.innerHTML = svg;
    this.read();
  }

  read() {
    this.tile();
    this.slots.clear();
    for (const element of this.place.querySelectorAll("[data-slot]")) {
      const slot = /** @type {string} */ (element.getAttribute("data-slot"));
      const shared = this.slots.get(slot);
      if (shared) shared.push(element);
      else this.slots.set(slot, [element]);
    }
    /** @type {Record<string, number>} */
    const leaving = {};
    this.uses.clear();
    for (const { dataset } of /** @type {NodeListOf<SVGElement>} */ (this.place.querySelectorAll("[data-edge]"))) {
      const edge = dataset.edge ?? "";
      const [source] = edge.split("_");
      leaving[source] = (leaving[source] ?? -1) + 1;
      this.uses.set(edge, leaving[source]);
    }
  }

  /** Spreads a large drawing over several SVGs that lie on each other, so that a step repaints one or two of them. */
  tile() {
    const whole = this.svg;
    const [drawn] = whole.children;
    const groups = [...drawn.children];
    if (groups.length <= 2 * TILE) return;
    const sheet = document.createElement("div");
    sheet.className = "sheet";
    for (let first = 0; first < groups.length; first += TILE) {
      const tile = /** @type {SVGSVGElement} */ (whole.cloneNode(false));
      const inside = /** @type {Element} */ (drawn.cloneNode(false));
      inside.append(...groups.slice(first, first + TILE));
      tile.append(inside);
      if (first) tile.setAttribute("aria-hidden", "true");
      sheet.append(tile);
    }
    this.place.replaceChildren(sheet);
  }

  /** @param {Frame} frame */
  apply(frame) {
    for (const slot in frame) {
      const fill = FILL[slot.slice(slot.lastIndexOf(".") + 1)] ?? fillText;
      for (const element of this.slots.get(slot) ?? []) fill(element, frame[slot]);
    }
  }

  /**
   * The element drawn for a slot, for example of the text `n2.gradient`. A leaf that is used often is drawn at each
   * use: the one at an edge, if an edge is given.
   * @param {string} slot
   * @param {string|null} [edge]
   */
  element(slot, edge) {
    const drawn = this.slots.get(slot);
    return /** @type {SVGGraphicsElement|undefined} */ (drawn?.[this.uses.get(edge ?? "") ?? 0] ?? drawn?.[0]);
  }
}

/** @param {Element} element @param {string} value */
function fillClass(element, value) {
  element.setAttribute("class", value);
}

/** @param {Element} element @param {string} value width and height of a box around its middle */
function fillBox(element, value) {
  const [width, height] = value.split(" ").map(Number);
  const [x, y] = middle(element);
  const places = { x: x - width / 2, y: y - height / 2, width, height };
  for (const [name, place] of Object.entries(places)) element.setAttribute(name, String(place));
}

/** @param {Element} element the arithmetic @param {string} value on how many lines it stands */
function fillLines(element, value) {
  const lines = Number(value);
  const [x, y] = middle(element);
  const [times, equals] = [...element.children].filter((child) => !child.hasAttribute("data-slot"));
  element.setAttribute("x", String(x));
  element.setAttribute("y", String(y + 4 - ((lines - 1) * LINE) / 2));
  turn(times, x, lines >= 3);
  turn(equals, x, lines >= 2);
}

/** @param {Element} sign @param {number} x @param {boolean} turned whether a new line begins with it */
function turn(sign, x, turned) {
  if (!turned) {
    sign.removeAttribute("x");
    sign.removeAttribute("dy");
    return;
  }
  sign.setAttribute("x", String(x - SPACE));
  sign.setAttribute("dy", String(LINE));
}

/** @param {Element} element @returns {[number, number]} */
function middle(element) {
  return [Number(element.getAttribute("data-x")), Number(element.getAttribute("data-y"))];
}

/** @param {Element} element @param {string} value */
function fillText(element, value) {
  if (element.firstChild) /** @type {Text} */ (element.firstChild).data = value;
  else element.textContent = value;
}

/** @type {Record<string, (element: Element, value: string) => void>} how a slot is filled, by the end of its name */
const FILL = { class: fillClass, chip: fillBox, pill: fillBox, lines: fillLines, cells: draw };
