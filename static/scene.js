/** Something that moves over the picture for a moment, and everything to be put right when it ends or is cut short. */

const NS = "http://www.w3.org/2000/svg";

/** @typedef {{x: number, y: number}} Point in the drawing's own px */

export class Scene {
  /** @param {SVGSVGElement} sheet the tile of the drawing that lies on top of what moves */
  constructor(sheet) {
    this.sheet = sheet;
    this.layer = sheet.querySelector("g") ?? sheet; // in which the cards stand
    /** @type {(() => void)[]} */
    this.undo = [];
    /** @type {Promise<unknown>[]} */
    this.moving = [];
  }

  /** @param {Element|null|undefined} element is not seen until the end, or until `show` */
  hide(element) {
    if (!(element instanceof SVGElement)) return;
    element.style.visibility = "hidden";
    this.undo.push(() => element.style.removeProperty("visibility"));
  }

  /** @param {Element|null|undefined} element */
  show(element) {
    if (element instanceof SVGElement) element.style.removeProperty("visibility");
  }

  /** Lets texts say something else until the end. @param {Element[]} texts @param {string} said */
  say(texts, said) {
    for (const text of texts) {
      const own = text.textContent;
      text.textContent = said;
      this.undo.push(() => text.textContent === said && (text.textContent = own));
    }
  }

  /**
   * By the clock of what moves: on a machine that drops frames too, it comes before the scene ends.
   * @param {number} ms
   * @param {() => void} deed not done if the scene ends before
   */
  after(ms, deed) {
    const waiting = new Animation(new KeyframeEffect(null, null, ms));
    waiting.finished.then(deed, () => undefined);
    waiting.play();
    this.undo.push(() => waiting.cancel());
  }

  /** @param {string} said @returns {SVGTextElement} a number that can fly; its right end is where it is put */
  number(said) {
    const text = document.createElementNS(NS, "text");
    text.setAttribute("class", "flying");
    text.setAttribute("text-anchor", "end");
    text.textContent = said;
    return this.put(text);
  }

  /** @param {SVGGraphicsElement} own a number or a grid of cells @returns {SVGGElement} its double, which can fly */
  copy(own) {
    const group = document.createElementNS(NS, "g");
    group.setAttribute("class", "flying reached");
    const copy = /** @type {SVGElement} */ (own.cloneNode(true));
    copy.style.removeProperty("visibility");
    group.append(ground(own.getBBox()), unnamed(copy));
    return this.put(group, this.layer);
  }

  /** @param {Element} before what a card showed, which it goes on showing until the end */
  keep(before) {
    this.put(/** @type {SVGElement} */ (unnamed(before)), this.layer);
  }

  /** @template {SVGElement} T @param {T} element @returns {T} */
  put(element, place = /** @type {Element} */ (this.sheet)) {
    place.append(element);
    this.undo.push(() => element.remove());
    return element;
  }

  /** @param {Element} element @param {Keyframe[]} frames @param {number} duration */
  move(element, frames, duration) {
    const moving = element.animate(frames, { duration, easing: "ease-in-out", fill: "both" });
    this.undo.push(() => moving.cancel());
    this.moving.push(moving.finished.catch(() => undefined));
  }

  /** @param {Element} element @returns {Point} */
  middle(element) {
    const box = element.getBoundingClientRect();
    return this.point(box.left + box.width / 2, box.top + box.height / 2);
  }

  /** @param {Element} element @returns {Point} where a number stands that ends there */
  end(element) {
    const box = element.getBoundingClientRect();
    return this.point(box.right, box.bottom - box.height * 0.25);
  }

  /** @param {number} x @param {number} y on the screen */
  point(x, y) {
    const matrix = /** @type {DOMMatrix} */ (this.sheet.getScreenCTM()).inverse();
    return new DOMPoint(x, y).matrixTransform(matrix);
  }

  close() {
    for (const undo of this.undo.splice(0).reverse()) undo();
  }
}

/** @param {DOMRect} box @returns {SVGRectElement} paper under what flies, so that it can be read on its way */
function ground({ x, y, width, height }) {
  const paper = document.createElementNS(NS, "rect");
  for (const [name, value] of Object.entries({ x: x - 2, y: y - 1, width: width + 4, height: height + 2, rx: 3 })) paper.setAttribute(name, String(value));
  return paper;
}

/** @template {Element} T @param {T} copy of a part of the picture, which has the slots @returns {T} */
function unnamed(copy) {
  for (const part of [copy, ...copy.querySelectorAll("[data-slot]")]) part.removeAttribute("data-slot");
  return copy;
}

/** @param {Point} to @param {Point} [from] where it stands by itself @param {string} [more] */
export function shifted(to, from = { x: 0, y: 0 }, more = "") {
  return `translate(${to.x - from.x}px, ${to.y - from.y}px) ${more}`.trim();
}
