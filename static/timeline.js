/** The timeline: one tick per step, buttons, and a slider over the ticks. */

const MOST_TICKS = 1200; // narrower than a pixel each; beyond that one block per phase

export class Timeline {
  /** @param {(step: number) => void} go */
  constructor(go) {
    this.ticks = /** @type {HTMLElement} */ (document.getElementById("ticks"));
    this.scrub = /** @type {HTMLInputElement} */ (document.getElementById("scrub"));
    this.labels = /** @type {HTMLTemplateElement} */ (document.getElementById("phases")).content;
    /** @type {Element[]} */
    this.marks = [];
    this.now = -1;
    this.scrub.addEventListener("input", () => go(this.scrub.valueAsNumber));
  }

  /** @param {import("./film.js").Film} film */
  load(film) {
    const { steps } = film.document;
    this.scrub.max = String(film.last);
    this.now = -1;
    this.marks = steps.length <= MOST_TICKS ? steps.map((step, index) => this.mark(step.phase, steps[index - 1]?.phase)) : [];
    this.ticks.replaceChildren(...(this.marks.length ? this.marks : this.blocks(steps)));
    this.ticks.classList.toggle("dense", steps.length > 150);
  }

  /** @param {number} step @param {Record<string, string>|undefined} caption */
  show(step, caption) {
    this.scrub.value = String(step);
    this.scrub.setAttribute("aria-valuetext", caption?.count ?? "");
    if (this.now < 0) this.marks.forEach((mark, index) => mark.classList.toggle("past", index < step));
    const [low, high] = [Math.min(this.now, step), Math.max(this.now, step)];
    if (this.now >= 0) for (let index = low; index <= high; index++) this.marks[index]?.classList.toggle("past", index < step);
    this.marks[this.now]?.classList.remove("now");
    this.marks[step]?.classList.add("now");
    this.now = step;
  }

  /** @param {string} phase @param {string|undefined} before */
  mark(phase, before) {
    const tick = document.createElement("i");
    tick.className = phase === before ? phase : `${phase} first`;
    if (phase !== before) tick.append(this.label(phase));
    return tick;
  }

  /** @param {string} phase */
  label(phase) {
    return /** @type {Node} */ (this.labels.querySelector(`.${phase}`)?.cloneNode(true) ?? document.createElement("span"));
  }

  /** @param {{phase: string}[]} steps */
  blocks(steps) {
    return [...new Set(steps.map((step) => step.phase))].map((phase) => {
      const block = this.mark(phase, undefined);
      block.style.flexGrow = String(steps.filter((step) => step.phase === phase).length);
      return block;
    });
  }
}
