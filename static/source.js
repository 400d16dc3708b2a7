/** The source as text that can be lit; the editor takes its place when somebody comes near it. */

/** @typedef {[number, number, number, number]|null|undefined} Span lines from 1, columns from 0, in characters */
/** @typedef {{line?: number, column?: number, message: string}|null} Mark line and column from 1 */

export class Source {
  /**
   * @param {HTMLElement} place with the source as lines of text
   * @param {(source: string) => void} changed
   * @param {(line: number) => void} follow a line's number was clicked
   */
  constructor(place, changed, follow) {
    this.place = place;
    this.changed = changed;
    this.follow = follow;
    /** @type {import("./editor.js").Editor|null} */
    this.editor = null;
    /** @type {Promise<import("./editor.js").Editor>|null} */
    this.coming = null;
    /** @type {{span: Span, phase: string}} */
    this.lit = { span: null, phase: "" };
    place.tabIndex = 0;
    place.setAttribute("role", "textbox");
    place.setAttribute("aria-multiline", "true");
    place.setAttribute("aria-label", place.parentElement?.getAttribute("aria-label") ?? "");
    for (const near of ["pointerenter", "pointerdown"]) place.addEventListener(near, () => this.edit(), { once: true });
    place.addEventListener("focus", () => this.focus(), { once: true });
  }

  /** The editor weighs as much as the rest of the page, and most readers only step. */
  edit() {
    this.coming ??= import("./editor.js").then(({ Editor }) => {
      const text = [...this.place.querySelectorAll(".line")].map((line) => line.textContent).join("\n");
      const focused = this.place === document.activeElement;
      for (const name of ["tabindex", "role", "aria-multiline", "aria-label"]) this.place.removeAttribute(name);
      this.editor = new Editor(this.place, text, this.changed, this.follow);
      this.editor.light(this.lit.span, this.lit.phase);
      if (focused) this.editor.focus();
      return this.editor;
    });
    return this.coming;
  }

  async focus() {
    (await this.edit()).focus();
  }

  /** @param {string} text put in place of the one there */
  async write(text) {
    const { view } = await this.edit();
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }

  /** @param {Mark} problem */
  async underline(problem) {
    if (problem?.line || this.editor) (await this.edit()).underline(problem);
  }

  /** @param {Span} span @param {string} phase */
  light(span, phase) {
    this.lit = { span, phase };
    if (this.editor) return this.editor.light(span, phase);
    CSS.highlights?.delete("value");
    CSS.highlights?.delete("gradient");
    const range = span && this.range(span);
    if (range) CSS.highlights?.set(phase === "forward" ? "value" : "gradient", new Highlight(range));
  }

  /** @param {[number, number, number, number]} span */
  range([line, column, endLine, endColumn]) {
    const [from, to] = [this.point(line, column), this.point(endLine, endColumn)];
    if (!from || !to) return null;
    const range = new Range();
    range.setStart(from.node, from.offset);
    range.setEnd(to.node, to.offset);
    return range;
  }

  /** @param {number} line @param {number} column @returns {{node: Node, offset: number}|null} a place in the text */
  point(line, column) {
    const row = this.place.querySelectorAll(".line")[line - 1];
    if (!row) return null;
    const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    let left = [...(row.textContent ?? "")].slice(0, column).join("").length;
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const { length } = /** @type {Text} */ (node);
      if (left <= length) return { node, offset: left };
      left -= length;
    }
    return { node: row, offset: row.childNodes.length };
  }
}
