/** Composite operations opened into what they are made of: asked for in the panel, closed again above the graph. */

import { withCode } from "./code.js";

/** @typedef {import("./film.js").Step} Step */

/**
 * Where to stand once other operations are opened: results are made in the same order, and one that was opened is made
 * of several, of which the last has its place in the source.
 * @param {Step[]} before
 * @param {number} step
 * @param {Step[]} after
 */
export function counterpart(before, step, after) {
  const way = before[step] && wayOf(before[step]);
  const known = /** @param {Step} each */ (each) => each.span !== null && wayOf(each) === way;
  if (way === "forward") {
    const done = before.slice(0, step).findLast(known);
    return done ? Math.min(place(after, done) + 1, after.length - 1) : 0;
  }
  const here = before.slice(0, step + 1).findLast(known);
  const found = here ? place(after, here) : -1;
  return found >= 0 ? found : Math.max(0, after.findIndex((each) => wayOf(each) === way));
}

/** @param {Step[]} steps @param {Step} like @returns {number} the first step on the same way at the same place of the source */
function place(steps, like) {
  return steps.findIndex((each) => wayOf(each) === wayOf(like) && String(each.span) === String(like.span));
}

/** @param {Step} step */
function wayOf({ phase }) {
  return phase === "unbroadcast" ? "backward" : phase;
}

export class Opening {
  /**
   * @param {HTMLElement} panel in which an operation is opened
   * @param {HTMLElement} place where those that are open can be closed
   * @param {import("./lesson.js").Lesson} lesson
   * @param {import("./program.js").Author} author
   * @param {(film: import("./film.js").FilmDocument, step: number) => void} load
   */
  constructor(panel, place, lesson, author, load) {
    this.panel = panel;
    this.place = place;
    this.lesson = lesson;
    this.author = author;
    this.load = load;
    this.refused = /** @type {HTMLElement} */ (panel.querySelector(".refused"));
    panel.addEventListener("click", (event) => this.pressed(event));
    place.addEventListener("click", (event) => this.pressed(event));
  }

  /** @returns {string[]} */
  get names() {
    return (this.lesson.document.opened ?? []).map(({ name }) => name);
  }

  /** @param {Event} event */
  pressed(event) {
    const button = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-open], [data-shut]"));
    if (button?.dataset.open) this.ask([...this.names, button.dataset.open]);
    if (button?.dataset.shut) this.ask(this.names.filter((name) => name !== button.dataset.shut));
  }

  /** Opens the operation of the step; if there is nothing to open, closes what was opened last. */
  toggle() {
    const button = /** @type {HTMLElement|null} */ (this.panel.querySelector(".opens [data-open]"));
    if (button) return this.ask([...this.names, button.dataset.open ?? ""]);
    if (this.names.length) this.ask(this.names.slice(0, -1));
  }

  /** @param {string[]} opened */
  ask(opened) {
    const { lesson } = this;
    const [before, step] = [lesson.document.steps, lesson.step];
    this.author.open(opened, (film) => this.load(film, counterpart(before, step, film.steps)), ({ detail, hint }) => {
      this.refused.hidden = false;
      this.refused.replaceChildren(...withCode([detail, hint].filter(Boolean).join(" · ")));
    });
  }

  /** A step is shown: what was refused at another one is forgotten. */
  show() {
    if (!this.refused.hidden) this.refused.hidden = true; // setting what is set already makes the browser look at all styles again
    const shown = this.lesson.document.opened ?? [];
    if (this.place.dataset.names === this.names.join(" ")) return;
    this.place.dataset.names = this.names.join(" ");
    this.place.hidden = !shown.length;
    this.place.replaceChildren(
      ...shown.map(({ name, shown: text }) => {
        const button = Object.assign(document.createElement("button"), { className: "button", textContent: text });
        button.dataset.shut = name;
        button.title = (this.place.dataset.close ?? "").replace("{operation}", text);
        button.setAttribute("aria-label", button.title);
        return button;
      }),
    );
  }
}
