/** A backward step as a movement: the upstream number leaves its card, meets the local derivative, lands, adds up. */

const FIRST = 600; // ms, so that the eye learns what happens
const LATER = 300;

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

export class Motion {
  constructor() {
    this.seen = false;
    /** @type {(() => void)|null} */
    this.finish = null;
  }

  /** Ends a movement under way at once. */
  stop() {
    this.finish?.();
  }

  /**
   * Plays a backward step whose final picture is already there.
   * @param {import("./picture.js").Picture} picture
   * @param {import("./film.js").Step} step
   * @param {string} before what the receiving card showed until now
   * @param {number} speed
   */
  play(picture, step, before, speed) {
    this.stop();
    const from = picture.element(`${step.at}.gradient`);
    const factor = picture.element(`${step.edge}.factor`);
    const lands = picture.element(`${step.node}.gradient`, step.edge);
    const upstream = picture.element(`${step.edge}.upstream`);
    const contribution = picture.element(`${step.edge}.contribution`);
    if (calm.matches || document.hidden || !from || !lands || !factor || !upstream || !contribution) return;
    const after = lands.textContent ?? "";
    const duration = (this.seen ? LATER : FIRST) / speed;
    this.seen = true;
    const receiving = picture.slots.get(`${step.node}.gradient`) ?? [];
    for (const text of receiving) text.textContent = before;
    contribution.style.visibility = "hidden";
    const flying = document.createElementNS("http://www.w3.org/2000/svg", "text");
    flying.setAttribute("class", "flying");
    flying.setAttribute("text-anchor", "end");
    flying.textContent = upstream.textContent;
    picture.svg.append(flying);
    const [a, b, c] = [from, factor, lands].map((element) => centre(element, picture.svg));
    const flight = flying.animate(
      [
        { transform: `translate(${a.x}px, ${a.y}px)`, opacity: 1 },
        { transform: `translate(${b.x}px, ${b.y}px)`, opacity: 1, offset: 0.45 },
        { transform: `translate(${b.x}px, ${b.y}px)`, opacity: 1, offset: 0.55 },
        { transform: `translate(${c.x}px, ${c.y}px)`, opacity: 1 },
      ],
      { duration, easing: "ease-in-out" },
    );
    const change = setTimeout(() => {
      flying.textContent = contribution.textContent;
      contribution.style.visibility = "";
    }, duration / 2);
    this.finish = () => {
      this.finish = null;
      clearTimeout(change);
      flight.cancel();
      flying.remove();
      contribution.style.visibility = "";
      for (const text of receiving) if (text.textContent === before) text.textContent = after;
    };
    flight.finished.then(() => this.stop(), () => undefined);
  }
}

/** @param {SVGGraphicsElement} element @param {SVGSVGElement} svg where a number ends, in the drawing's own px */
function centre(element, svg) {
  const box = element.getBoundingClientRect();
  const matrix = /** @type {DOMMatrix} */ (svg.getScreenCTM()).inverse();
  return new DOMPoint(box.right, box.bottom - box.height * 0.25).matrixTransform(matrix);
}
