/** Pan, zoom and fit. At rest the browser fits the graph; moving it is one transform, so nothing is laid out anew. */

const CLOSEST = 8;
const READABLE = 0.62; // below this the numbers of a card cannot be read, and the camera follows the step instead
const CALM = 0.7; // the part of the stage in which the active edge may be without the camera moving

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
    /** @type {Map<number, {x: number, y: number}>} */
    this.fingers = new Map();
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    place.addEventListener("pointerdown", (event) => this.press(event));
    place.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      place.addEventListener(end, (event) => this.fingers.delete(event.pointerId));
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
    const svg = this.svg;
    if (svg) this.all = Math.min(1, this.place.clientWidth / svg.clientWidth, this.place.clientHeight / svg.clientHeight);
    this.rest(this.all);
  }

  /**
   * Shows another graph: whole as the browser fits it, or as large as it can be read. That is also the size it is laid
   * out at, since letters that are laid out tiny and then enlarged get lost.
   */
  open() {
    const { drawn, svg } = this;
    if (!drawn || !svg) return;
    for (const property of ["width", "height", "max-width", "max-height"]) drawn.style.removeProperty(property);
    if (this.fitted() < READABLE) {
      const { width, height } = svg.viewBox.baseVal;
      Object.assign(drawn.style, { width: `${width * READABLE}px`, height: `${height * READABLE}px`, maxWidth: "none", maxHeight: "none" });
    }
    this.fit();
    this.rest(1);
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
    return svg ? svg.clientWidth / svg.viewBox.baseVal.width || 1 : 1;
  }

  /** @param {number} factor */
  zoom(factor) {
    const box = this.place.getBoundingClientRect();
    this.zoomAt(factor, box.left + box.width / 2, box.top + box.height / 2);
  }

  /** @param {number} factor @param {number} clientX @param {number} clientY */
  zoomAt(factor, clientX, clientY) {
    const box = this.place.getBoundingClientRect();
    const scale = Math.min(Math.max(this.scale * factor, Math.min(0.2, this.all)), CLOSEST / Math.min(1, this.fitted()));
    const [px, py] = [clientX - box.left - box.width / 2, clientY - box.top - box.height / 2];
    this.x = px - ((px - this.x) * scale) / this.scale;
    this.y = py - ((py - this.y) * scale) / this.scale;
    this.scale = scale;
    this.touched = true;
    this.move();
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    event.preventDefault();
    this.zoomAt(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX, event.clientY);
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button !== 0) return;
    this.place.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const factor = Math.hypot(event.clientX - other.x, event.clientY - other.y) / (Math.hypot(before.x - other.x, before.y - other.y) || 1);
      this.zoomAt(factor, (event.clientX + other.x) / 2, (event.clientY + other.y) / 2);
    } else {
      this.x += event.clientX - before.x;
      this.y += event.clientY - before.y;
      this.touched = true;
      this.move();
    }
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  /**
   * Brings elements into view, but only if they have left the middle of the stage.
   * @param {(Element|undefined|null)[]} elements
   */
  follow(elements) {
    if (this.scale <= this.all && !this.touched) return;
    const boxes = elements.flatMap((element) => (element ? [element.getBoundingClientRect()] : []));
    if (!boxes.length) return;
    const stage = this.place.getBoundingClientRect();
    const [left, right] = [Math.min(...boxes.map((box) => box.left)), Math.max(...boxes.map((box) => box.right))];
    const [top, bottom] = [Math.min(...boxes.map((box) => box.top)), Math.max(...boxes.map((box) => box.bottom))];
    const [marginX, marginY] = [(stage.width * (1 - CALM)) / 2, (stage.height * (1 - CALM)) / 2];
    const outside = left < stage.left + marginX || right > stage.right - marginX || top < stage.top + marginY || bottom > stage.bottom - marginY;
    if (!outside) return;
    this.x += stage.left + stage.width / 2 - (left + right) / 2;
    this.y += stage.top + stage.height / 2 - (top + bottom) / 2;
    this.move();
  }

  /** The pan is a layer of its own, which moves without being painted anew; the scale stays inside it, so text is sharp. */
  move() {
    this.pan.style.transform = this.x === 0 && this.y === 0 ? "" : `translate(${this.x}px, ${this.y}px)`;
    if (this.drawn) this.drawn.style.transform = this.scale === 1 ? "" : `scale(${this.scale})`;
  }
}
