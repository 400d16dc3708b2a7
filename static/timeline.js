/** The timeline: one block per phase, divided into steps, and a slider over all of them. */

/** @typedef {{first: number, count: number, done: HTMLElement, now: HTMLElement}} Block */

const MOST_DIVISIONS = 150; // more lines than that would hide the blocks

export class Timeline {
  /** @param {(step: number) => void} go */
  constructor(go) {
    this.place = /** @type {HTMLElement} */ (document.getElementById("blocks"));
    this.scrub = /** @type {HTMLInputElement} */ (document.getElementById("scrub"));
    this.labels = /** @type {HTMLTemplateElement} */ (document.getElementById("phases")).content;
    /** @type {Block[]} */
    this.blocks = [];
    this.scrub.addEventListener("input", () => go(this.scrub.valueAsNumber));
  }

  /** @param {import("./film.js").Film} film */
  load(film) {
    const phases = film.document.steps.map(({ phase }) => (phase === "unbroadcast" ? "backward" : phase)); // a part of the way back
    this.scrub.max = String(film.last);
    this.scrub.style.setProperty("--steps", String(film.length)); // a thumb as wide as a step: a click hits what is under it
    this.blocks = [];
    this.place.replaceChildren(
      ...[...new Set(phases)].map((phase) => this.block(phase, phases.indexOf(phase), phases.filter((each) => each === phase).length)),
    );
    this.place.classList.toggle("dense", film.length > MOST_DIVISIONS);
  }

  /** @param {number} step @param {Record<string, string>|undefined} caption */
  show(step, caption) {
    this.scrub.value = String(step);
    this.scrub.setAttribute("aria-valuetext", caption?.count ?? "");
    for (const { first, count, done, now } of this.blocks) {
      const at = step - first;
      // What moves is a background: a `transform` would have the browser put all layers of the page together again.
      done.style.backgroundSize = `${100 * Math.min(1, Math.max(0, at / count))}% 100%`;
      const here = at >= 0 && at < count;
      now.style.visibility = here ? "" : "hidden";
      if (here) now.style.backgroundPosition = `${(100 * at) / Math.max(1, count - 1)}% 0`;
    }
  }

  /** @param {string} phase @param {number} first @param {number} count */
  block(phase, first, count) {
    const [block, done, now] = [document.createElement("div"), document.createElement("i"), document.createElement("b")];
    block.className = phase;
    block.style.flexGrow = String(count);
    block.style.setProperty("--count", String(count));
    block.append(done, now, this.labels.querySelector(`.${phase}`)?.cloneNode(true) ?? "");
    this.blocks.push({ first, count, done, now });
    return block;
  }
}
