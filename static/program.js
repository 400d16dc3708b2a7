/** The program as the reader changes it: asks for its films, keeps it under an address, says what is wrong with it. */

import { withCode } from "./code.js";
import { store } from "./look.js";

/** @typedef {import("./film.js").FilmDocument} FilmDocument */
/** @typedef {import("./service.js").Program} Program */

const KEEPING = 800; // ms after which a changed program is kept and gets its address
const SETTLED = 120; // ms after the last of quick changes, for which only the current step was asked for
const AGAIN = 2000; // ms after which a server that did not answer is asked again

const $ = /** @param {string} id */ (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Author {
  /**
   * @param {import("./service.js").Service} service
   * @param {import("./lesson.js").Lesson} lesson
   * @param {import("./leaves.js").Leaves} leaves
   * @param {import("./source.js").Source} source
   * @param {{load: (document: FilmDocument, typed: boolean) => void, glimpse: (glimpse: import("./film.js").Glimpse) => void, kept: () => void}} tell
   */
  constructor(service, lesson, leaves, source, tell) {
    this.service = service;
    this.lesson = lesson;
    this.leaves = leaves;
    this.source = source;
    this.tell = tell;
    this.known = lesson.document.id; // the run that the address stands for
    this.stored = ""; // the run that the server has
    this.address = "";
    /** @type {Record<string, number>} */
    this.waiting = {};
  }

  /** @returns {Program} */
  get program() {
    const { seed = 0, opened = [] } = this.lesson.document;
    return { source: this.lesson.source, inputs: this.leaves.values, seed, opened: opened.map(({ name }) => name), pass: this.lesson.moment.pass };
  }

  /** @param {string} what @param {number} delay @param {() => void} deed the last call wins */
  later(what, delay, deed) {
    clearTimeout(this.waiting[what]);
    this.waiting[what] = setTimeout(deed, delay);
  }

  /** @param {Program} program @param {boolean} done false while a hand drags */
  change(program, done) {
    for (const what of ["whole", "again", "keep"]) clearTimeout(this.waiting[what]);
    if (!done) this.later("whole", SETTLED, () => this.change(program, true));
    void this.service.film(program, done ? null : this.lesson.step, ({ film, glimpse, problem, cancelled }) => {
      if (cancelled) return this.cancelled();
      const answered = Boolean(film || glimpse || problem);
      this.reached(answered, () => this.change({ ...program, ...this.program }, true));
      if (film) this.tell.load(film, program.typed ?? false);
      if (glimpse) this.tell.glimpse(glimpse);
      if (answered) this.complain(problem ?? null);
      if (film && done) this.later("keep", KEEPING, () => this.keep());
    });
  }

  /**
   * Runs the program with other composite operations opened, if it can be.
   * @param {string[]} opened
   * @param {(film: FilmDocument) => void} use
   * @param {(problem: import("./service.js").Problem) => void} refuse
   */
  open(opened, use, refuse) {
    void this.service.film({ ...this.program, opened }, null, ({ film, problem, cancelled }) => {
      if (cancelled) return;
      this.reached(Boolean(film || problem), () => this.open(opened, use, refuse));
      if (problem) refuse(problem);
      if (!film) return;
      use(film);
      this.later("keep", KEEPING, () => this.keep());
    });
  }

  /** What is on screen stays; the program as it is now was not computed. */
  cancelled() {
    for (const what of ["whole", "again", "keep"]) clearTimeout(this.waiting[what]);
    const { cancelled: detail = "", again: hint } = $("working").dataset;
    this.complain({ title: detail, status: 0, detail, hint });
  }

  /** Keeps the program and gives it an address of its own. */
  async keep() {
    const id = await this.store();
    if (!id || id === this.known) return;
    this.known = id;
    this.address = `/runs/${id}`;
    const menu = $("examples");
    this.own();
    menu.querySelector("[aria-current]")?.removeAttribute("aria-current");
    document.title = `${this.lesson.document.source.split("\n").at(-1)?.slice(0, 60)} · gradstep`;
    this.tell.kept();
  }

  /** @returns {Promise<string|null>} the id under which the server has the program that is shown, not what is being typed */
  async store() {
    const id = await this.service.keep({ ...this.program, source: this.lesson.document.source });
    this.reached(id !== null, () => void this.keep());
    if (id) this.stored = id;
    return id;
  }

  /** @param {boolean} answered whether the server did @param {() => void} deed what is done again if not */
  reached(answered, deed) {
    $("offline").hidden = answered;
    this.service.offline = !answered;
    if (!answered) this.later("again", AGAIN, deed);
  }

  /** @param {import("./service.js").Problem|null} problem */
  complain(problem) {
    const place = $("problem");
    place.hidden = !problem;
    for (const id of ["graph", "panel"]) $(id).classList.toggle("stale", Boolean(problem));
    void this.source.underline(problem && { ...problem, message: [problem.detail, problem.hint].filter(Boolean).join(" · ") });
    if (!problem) return;
    const [detail, hint] = [document.createElement("b"), document.createElement("span")];
    detail.append(...withCode(problem.detail));
    hint.append(...withCode(problem.hint ?? ""));
    const stands = Object.assign(document.createElement("span"), { className: "stands", textContent: place.dataset.stands, hidden: !problem.status });
    place.replaceChildren(detail, hint, stands);
    if (problem.printed) {
      const label = Object.assign(document.createElement("span"), { className: "stands", textContent: place.dataset.printed });
      place.append(label, Object.assign(document.createElement("samp"), { textContent: problem.printed }));
    }
  }

  /** What was an example is the reader's own program as soon as its source is another. */
  own() {
    const title = /** @type {HTMLElement} */ ($("examples").querySelector("summary"));
    title.textContent = title.dataset.own ?? "";
  }

  /** Leaves a source that was never kept for the page in the other language. */
  leave() {
    store(() => sessionStorage.setItem("draft", JSON.stringify({ source: this.lesson.source, path: window.location.pathname })));
  }

  /** @returns {string|undefined} a source that was being typed when the language was changed */
  draft() {
    const left = store(() => sessionStorage.getItem("draft"));
    if (!left) return undefined;
    store(() => sessionStorage.removeItem("draft"));
    const { source, path } = JSON.parse(left);
    return path === window.location.pathname && source !== this.lesson.source ? source : undefined;
  }
}
