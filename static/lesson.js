/** What is being looked at: a pass of a program as a film, and the step it stands at. No DOM here. */

import { Film } from "./film.js";

/** @typedef {import("./film.js").FilmDocument} FilmDocument */

export class Lesson {
  /** @param {FilmDocument} document the film that came with the page */
  constructor(document) {
    this.film = new Film(document);
    this.step = this.film.clamp(document.step ?? 0);
    this.source = document.source;
    this.stale = false; // whether newer numbers are on screen than those of the film
    this.wanted = -1; // the step to which somebody went meanwhile
  }

  get document() {
    return this.film.document;
  }

  /** @returns {import("./time.js").Moment} */
  get moment() {
    const { pass = 0, passes = 1 } = this.document;
    return { pass, passes, step: this.step, last: this.film.last };
  }

  /** @returns {import("./film.js").Step|undefined} what happens at the step; nothing in a pass without steps */
  get now() {
    return this.document.steps[this.step];
  }

  /** @returns {Record<string, string>|undefined} what is said about the step; nothing if it was left out this time */
  get caption() {
    return this.document.captions[this.step] ?? undefined;
  }

  /** Whether the film is that of the source as it is written now. */
  get current() {
    return this.source === this.document.source;
  }

  /**
   * The next step, from here on and around, that is about a line of the source.
   * @param {number} line from 1
   * @returns {number|null}
   */
  stepOfLine(line) {
    const { steps } = this.document;
    const about = /** @param {import("./film.js").Step} step */ ({ span }) => span !== null && span[0] <= line && line <= span[2];
    const later = steps.findIndex((step, index) => index > this.step && about(step));
    const found = later >= 0 ? later : steps.findIndex(about);
    return found >= 0 ? found : null;
  }

  /**
   * Goes to a step.
   * @param {number} to
   * @returns {import("./film.js").Frame} what changes in the picture
   */
  move(to) {
    const step = this.film.clamp(to);
    const patch = this.film.between(this.step, step);
    this.step = step;
    return patch;
  }

  /**
   * Takes another film: of other numbers, of another pass, of another program.
   * @param {FilmDocument} document
   * @param {number|"last"} [step] where to stand then; else at the same step, or at the first of another graph
   * @returns {{same: boolean, turned: boolean}} whether it has the same graph, whether it is drawn in another direction
   */
  take(document, step) {
    const before = this.document;
    const same = document.structure === before.structure;
    if (same && this.wanted >= 0) step ??= this.wanted;
    this.film = new Film(document);
    this.stale = false;
    this.wanted = -1;
    this.step = step === "last" ? this.film.last : this.film.clamp(step ?? (same ? this.step : 0));
    return { same, turned: document.direction !== before.direction };
  }
}
