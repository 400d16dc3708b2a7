/** The other views of a pass, one at a time under the graph: each is fetched when it is opened. */

/**
 * @typedef {{show: (glimpsed?: string) => void, close?: () => void}} Lens `show` when what is looked at has changed
 * @typedef {{lesson: import("./lesson.js").Lesson, frame: () => import("./film.js").Frame, lang: string,
 *   program: () => import("./service.js").Program, graph: HTMLElement, put: (name: string, value: number, done: boolean) => void,
 *   suppose: (moved: Record<string, number>|null) => void,
 *   go: (step: number) => void, open: (pass: number) => void, seed?: number}} Context
 */

const LENSES = /** @type {Record<string, () => Promise<{open: (place: HTMLElement, context: Context) => Lens}>>} */ ({
  landscape: () => import("./landscape.js"),
  paths: () => import("./paths.js"),
  modes: () => import("./modes.js"),
  ledger: () => import("./ledger.js"),
});
const NAMES = Object.keys(LENSES);

export class Dock {
  /**
   * @param {HTMLElement} place
   * @param {Context} context
   * @param {() => void} resized it was opened or closed
   * @param {() => void} chose its reader chose what it shows
   */
  constructor(place, context, resized, chose) {
    this.place = place;
    this.context = context;
    this.resized = resized;
    this.name = "";
    /** @type {Lens|null} */
    this.lens = null;
    /** @type {string[]} what its reader chose, field by field; nothing before */
    this.chosen = [];
    const asked = NAMES.find((name) => name === place.dataset.asked);
    if (asked) void this.toggle(asked, new URLSearchParams(window.location.search).getAll("view"));
    for (const name of NAMES) this.button(name).addEventListener("click", () => this.toggle(name));
    place.addEventListener("click", (event) => {
      if (/** @type {Element} */ (event.target).closest(".close")) void this.toggle(this.name);
    });
    place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") void this.toggle(this.name);
    });
    place.addEventListener("change", () => {
      this.chosen = this.fields.map((field) => (field instanceof HTMLInputElement ? String(field.checked) : field.value));
      chose();
    });
  }

  /** What a reader chooses with. @returns {(HTMLSelectElement|HTMLInputElement)[]} */
  get fields() {
    return [...this.place.querySelectorAll("select"), .../** @type {NodeListOf<HTMLInputElement>} */ (this.place.querySelectorAll("input[type=checkbox]"))];
  }

  /** Chooses as somebody did before; a view keeps of it what the pass has. @param {string[]} chosen */
  choose(chosen) {
    for (const [index, field] of this.fields.slice(0, chosen.length).entries()) {
      if (field instanceof HTMLInputElement) field.checked = chosen[index] === "true";
      else field.append(new Option(chosen[index], chosen[index], true, true));
    }
  }

  /** @param {string} name */
  button(name) {
    return /** @type {HTMLElement} */ (document.getElementById(`lens-${name}`));
  }

  /** @param {string} name @param {string[]} [chosen] what it is to show */
  async toggle(name, chosen = []) {
    const opening = name !== this.name;
    if (this.name) {
      this.button(this.name).setAttribute("aria-pressed", "false");
      this.lens?.close?.();
      if (!opening) this.button(this.name).focus();
    }
    this.name = opening ? name : "";
    this.chosen = chosen;
    this.lens = null;
    this.place.hidden = !opening;
    this.place.closest(".stage")?.classList.toggle("docked", opening);
    this.resized();
    if (!opening) return this.place.replaceChildren();
    this.button(name).setAttribute("aria-pressed", "true");
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById(`view-${name}`));
    this.place.replaceChildren(template.content.cloneNode(true));
    this.place.dataset.lens = name;
    this.choose(chosen);
    const { open } = await LENSES[name]();
    if (this.name !== name) return;
    this.lens = open(this.place, this.context);
    this.lens?.show();
    if (document.documentElement.scrollHeight > window.innerHeight) this.place.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} [glimpsed] the program whose numbers are on screen, if its film is still to come */
  show(glimpsed) {
    this.lens?.show(glimpsed);
  }
}
