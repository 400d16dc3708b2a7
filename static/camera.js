/** Pan, zoom and fit. At rest the browser fits the graph; moving it is one transform, so nothing is laid out anew. */

import { enlarged } from "./look.js";
import { around, boxOf, wordsOf } from "./places.js";

const CLOSEST = 8;
const READABLE = window.devicePixelRatio >= 2 ? 0.5 : 0.62; // below this the numbers of a card cannot be read, and the camera follows the step instead
const COMFORTABLE = 0.8; // then it can as well be read with ease
const PROJECTED = { least: 0.8, large: 1.6 }; // the same for who sits in the last row
const WHOLE = 1.02; // a graph that is larger than its room by no more than this counts as seen whole
const CALM = 0.84; // the part of the stage in which the active edge may be without the camera moving
const AHEAD = 40; // steps that are looked ahead when the camera moves, so that it need not move again soon
const MARGIN = 14; // px around the drawing in its SVG
const BEYOND = 80; // px around the stage within which a tile is kept: the focus ring and the next step
const SLIP = 4; // px; a hand that moves less has clicked

/** @typedef {Element|undefined|null} Part of the drawing */

export class Camera {
  /** @param {HTMLElement} stage @param {HTMLElement} place what is seen of it @param {HTMLElement} pan the element in it that holds the SVG */
  constructor(stage, place, pan) {
    this.stage = stage;
    this.place = place;
    this.pan = pan;
    this.scale = 1;
    this.all = 1; // the scale at which all of the graph is seen
    this.x = 0;
    this.y = 0;
    this.touched = false;
    this.room = { width: 0, height: 0 };
    this.size = { width: 0, height: 0 };
    this.laid = {};
    this.atRest = 1; // screen px per px of the drawing when the browser fits it
    /** @type {{tile: SVGElement, box: import("./places.js").Box|null}[]} */
    this.tiles = [];
    new ResizeObserver(() => this.measure()).observe(place);
    /** @type {Map<number, {x: number, y: number}>} */
    this.fingers = new Map();
    this.slipped = 0; // px since the first finger came down
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    place.addEventListener("pointerdown", (event) => this.press(event));
    place.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      window.addEventListener(end, (event) => this.fingers.delete(event.pointerId));
    }
  }

  /** @returns {HTMLElement|SVGSVGElement|null} the one SVG, or the sheet of several */
  get drawn() {
    return /** @type {HTMLElement|SVGSVGElement|null} */ (this.pan.firstElementChild);
  }

  /** @returns {SVGSVGElement|null} */
  get svg() {
    return this.place.querySelector("svg");
  }

  /** Shows all of the graph. */
  fit() {
    this.measure();
    const { room, size, atRest } = this;
    if (size.width) this.all = Math.min(1, room.width / (size.width * atRest), room.height / (size.height * atRest));
    this.rest(this.all);
  }

  /**
   * Shows another graph: whole as the browser fits it, or as large as it can be read. That is also the size it is laid
   * out at, since letters that are laid out tiny and then enlarged get lost.
   */
  open() {
    const { drawn, svg } = this;
    if (!drawn || !svg) return;
    this.laid = {};
    for (const property of ["width", "height", "max-width", "max-height"]) drawn.style.removeProperty(property);
    const [least, large] = enlarged() ? [PROJECTED.least, PROJECTED.large] : [READABLE, COMFORTABLE];
    for (const { tile } of this.tiles) tile.style.display = "";
    if (this.fitted() < least) {
      const { width, height } = svg.viewBox.baseVal;
      this.laid = { width: `${width * large}px`, height: `${height * large}px`, maxWidth: "none", maxHeight: "none" };
      Object.assign(drawn.style, this.laid);
    }
    this.fit();
    this.rest(1);
  }

  /** Shows another drawing of the same size as the one before, from where the reader stood. */
  renew() {
    const { drawn } = this;
    if (drawn) Object.assign(drawn.style, this.laid);
    this.measure();
    this.move();
  }

  /** @param {number} scale */
  rest(scale) {
    [this.scale, this.x, this.y] = [scale, 0, 0];
    this.touched = false;
    this.move();
  }

  /** @returns {number} screen px per px of the drawing when the browser fits it */
  fitted() {
    const svg = this.svg;
    if (!svg) return 1;
    const { width, height } = svg.viewBox.baseVal;
    return Math.min(svg.clientWidth / width, svg.clientHeight / height) || 1;
  }

  /** @param {number} factor */
  zoom(factor) {
    const box = this.place.getBoundingClientRect();
    this.zoomAt(factor, box.left + box.width / 2, box.top + box.height / 2);
  }

  /** @param {number} factor @param {number} clientX @param {number} clientY */
  zoomAt(factor, clientX, clientY) {
    const box = this.place.getBoundingClientRect();
    const scale = Math.min(Math.max(this.scale * factor, Math.min(0.2, this.all)), CLOSEST / Math.min(1, this.atRest));
    const [px, py] = [clientX - box.left - box.width / 2, clientY - box.top - box.height / 2];
    this.x = px - ((px - this.x) * scale) / this.scale;
    this.y = py - ((py - this.y) * scale) / this.scale;
    this.scale = scale;
    this.touched = true;
    this.move();
  }

  /** @param {WheelEvent} event where the page itself scrolls, a wheel alone is the page's */
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey && document.documentElement.scrollHeight > window.innerHeight + 1) return;
    event.preventDefault();
    this.zoomAt(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX, event.clientY);
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button !== 0) return;
    if (!this.fingers.size) this.slipped = 0;
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.slipped += Math.hypot(dx, dy);
    if (!other && this.slipped < SLIP) return;
    if (!this.place.hasPointerCapture(event.pointerId)) this.place.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const share = other ? 0.5 : 1; // two fingers move the point between them
    this.x += dx * share;
    this.y += dy * share;
    this.touched = true;
    if (!other) return this.move();
    const factor = Math.hypot(event.clientX - other.x, event.clientY - other.y) / (Math.hypot(before.x - other.x, before.y - other.y) || 1);
    this.zoomAt(factor, (event.clientX + other.x) / 2, (event.clientY + other.y) / 2);
  }

  /** Whether the hand that was just lifted had moved the graph, not clicked on it. */
  get moved() {
    return this.slipped >= SLIP;
  }

  /**
   * Brings what a step is about into view, but only if it has left the middle of the stage; together with as much of
   * what comes next as there is room for, and never so far that there is empty room on one side while the graph is cut
   * on the other.
   * @param {Part[]} now @param {(ahead: number) => Part[]} [coming] the elements of a step further on; none after the last
   */
  follow(now, coming = () => []) {
    if (this.scale <= this.all * WHOLE && !this.touched) return;
    let box = this.about(now);
    if (!box) return;
    const { width, height } = this.room;
    const [marginX, marginY] = [(width * (1 - CALM)) / 2, (height * (1 - CALM)) / 2];
    if (this.seenX(box.left) >= marginX && this.seenX(box.right) <= width - marginX && this.seenY(box.top) >= marginY && this.seenY(box.bottom) <= height - marginY) return;
    for (let ahead = 1; ahead <= AHEAD; ahead++) {
      const larger = around([box, this.about(coming(ahead))]);
      if (!larger || !this.holds(larger)) break;
      box = larger;
    }
    const { scale, atRest, size } = this;
    this.x = within(this.x + width / 2 - this.seenX((box.left + box.right) / 2), scale * atRest * size.width - width);
    this.y = within(this.y + height / 2 - this.seenY((box.top + box.bottom) / 2), scale * atRest * size.height - height);
    this.move();
  }

  /** What has to be seen of a step: all of it, or its cards and its arithmetic, where a wire is longer than the stage. @param {Part[]} parts */
  about(parts) {
    const box = around(parts.map((part) => (part ? boxOf(part) : null)));
    return !box || this.holds(box) ? box : (around(parts.map((part) => (part ? wordsOf(part) : null))) ?? box);
  }

  /** Whether the middle of the stage has room for it. @param {import("./places.js").Box} box */
  holds({ left, right, top, bottom }) {
    const px = this.scale * this.atRest;
    return (right - left) * px <= CALM * this.room.width && (bottom - top) * px <= CALM * this.room.height;
  }

  /** @param {number} x of the drawing @returns {number} px from the left of what is seen */
  seenX(x) {
    return this.room.width / 2 + this.x + this.scale * this.atRest * (x + MARGIN - this.size.width / 2);
  }

  /** @param {number} y of the drawing @returns {number} px from its top */
  seenY(y) {
    return this.room.height / 2 + this.y + this.scale * this.atRest * (y + MARGIN - this.size.height / 2);
  }

  /** Measures what the arithmetic of places needs: once per graph and per size of the window. */
  measure() {
    const svg = this.svg;
    if (!svg) return;
    for (const { tile } of this.tiles) tile.style.display = "";
    this.room = { width: this.place.clientWidth, height: this.place.clientHeight };
    this.size = { width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height };
    this.atRest = this.fitted();
    this.tiles = [...this.pan.querySelectorAll(".sheet > svg")].map((tile) => ({ tile: /** @type {SVGElement} */ (tile), box: around([...(tile.firstElementChild?.children ?? [])].map(boxOf)) }));
    this.cull();
  }

  /** Takes the tiles of a large drawing out of the page that nobody sees: the browser would paint them at every step. */
  cull() {
    const { width, height } = this.room;
    for (const { tile, box } of this.tiles) {
      const seen = !box || (this.seenX(box.right) > -BEYOND && this.seenX(box.left) < width + BEYOND && this.seenY(box.bottom) > -BEYOND && this.seenY(box.top) < height + BEYOND);
      const display = seen ? "" : "none";
      if (tile.style.display !== display) tile.style.display = display;
    }
  }

  /** The pan is a layer of its own, which moves without being painted anew; the scale stays inside it, so text is sharp. */
  move() {
    this.pan.style.transform = this.x === 0 && this.y === 0 ? "" : `translate(${this.x}px, ${this.y}px)`;
    if (this.drawn) this.drawn.style.transform = this.scale === 1 ? "" : `scale(${this.scale})`;
    this.cull();
  }
}

/** @param {number} shift from the middle @param {number} beyond px by which the drawing is larger than its room */
function within(shift, beyond) {
  const most = Math.max(0, beyond / 2);
  return Math.min(most, Math.max(-most, shift));
}
