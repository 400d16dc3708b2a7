/** What the program printed; each line leads to its pass. */

/** @typedef {{text: string, pass: number|null, line: number|null}} Line `line` of the source, from 1 */

const REST = 80; // ms
const MANY = 1000; // lines, of which the browser leaves out those that nobody sees: to know which takes time in every frame

export class Printed {
  /** @param {HTMLElement} place @param {(pass: number) => void} open */
  constructor(place, open) {
    this.place = place;
    this.list = /** @type {HTMLElement} */ (place.querySelector("ol"));
    /** @type {Line[]} */
    this.lines = [];
    this.resting = 0;
    this.list.addEventListener("click", (event) => {
      const row = /** @type {Element} */ (event.target).closest("li");
      const pass = this.lines[[...this.list.children].indexOf(/** @type {Element} */ (row))]?.pass;
      if (pass !== null && pass !== undefined) open(pass);
    });
    this.list.addEventListener("keydown", (event) => this.walk(event));
    this.list.addEventListener("focusin", (event) => this.enter(/** @type {HTMLElement} */ (event.target)));
  }

  /** Of hundreds of lines one is on the way of the Tab key; from there arrow keys lead on. @param {HTMLElement} [line] */
  enter(line) {
    for (const each of this.list.querySelectorAll("button[tabindex='0']")) /** @type {HTMLElement} */ (each).tabIndex = -1;
    if (line) line.tabIndex = 0;
  }

  /** @param {KeyboardEvent} event */
  walk(event) {
    const lines = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll("button")]);
    const at = lines.indexOf(/** @type {HTMLElement} */ (event.target));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    lines[to]?.focus();
  }

  /** Makes room for lines before they are there, so that nothing jumps when they come. @param {boolean} some */
  expect(some) {
    this.place.hidden = !some;
    document.body.classList.toggle("prints", some);
  }

  /** @param {Line[]} lines */
  load(lines) {
    this.lines = lines;
    this.expect(lines.length > 0);
    this.list.classList.toggle("long", lines.length > MANY);
    this.list.replaceChildren(
      ...lines.map(({ text, pass }) => {
        const row = document.createElement("li");
        const said = document.createElement(pass === null ? "span" : "button");
        said.textContent = text || " ";
        if (pass !== null) said.tabIndex = -1;
        row.append(said);
        return row;
      }),
    );
  }

  /** @param {number} pass whose lines are marked, and brought into view */
  show(pass) {
    for (const row of this.list.querySelectorAll("[aria-current]")) row.removeAttribute("aria-current");
    const here = this.lines.flatMap((line, index) => (line.pass === pass ? [index] : []));
    for (const index of here) this.list.children[index].setAttribute("aria-current", "true");
    const row = /** @type {HTMLElement|undefined} */ (this.list.children[here[0]]);
    if (!this.list.contains(document.activeElement)) this.enter((row ?? this.list).querySelector("button") ?? undefined);
    clearTimeout(this.resting); // to scroll, the browser lays out the page: not while passes fly by
    if (row) this.resting = window.setTimeout(() => (this.list.scrollTop = row.offsetTop - this.list.offsetTop - this.list.clientHeight / 2), REST);
  }
}
