/** The source as text that can be lit; the editor takes its place when somebody comes near it. */

import { Sight } from "./sight.js";

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
    /** @type {Element[]} the pieces of text that are lit */
    this.shining = [];
    /** @type {Map<string, Element[]>} the pieces of spans, until one of them is cut */
    this.known = new Map();
    this.sight = new Sight(place);
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
      this.sight.wanted = null;
      this.editor = new Editor(this.place, text, this.changed, this.follow, this.sight);
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
    for (const piece of this.shining) piece.classList.remove("lit-value", "lit-gradient");
    this.shining = span ? (this.known.get(String(span)) ?? this.pieces(span)) : [];
    for (const piece of this.shining) piece.classList.add(phase === "forward" ? "lit-value" : "lit-gradient");
    const [first, last] = [this.shining.at(0)?.parentElement, this.shining.at(-1)?.parentElement];
    if (first && last) this.sight.show(first, last);
  }

  /**
   * The elements that make up a span. NB: a CSS highlight would need none, but the browser paints all text around one
   * anew whenever anything in the page changes.
   * @param {[number, number, number, number]} span
   */
  pieces(span) {
    const [line, column, endLine, endColumn] = span;
    const rows = [...this.place.querySelectorAll(".line")].slice(line - 1, endLine);
    const ranges = rows.map((row, index) => /** @type {const} */ ([row, ...offsets(row, index ? 0 : column, index === endLine - line ? endColumn : Infinity)]));
    const cuts = ranges.map(([row, start, end]) => [cut(row, start), cut(row, end)].includes(true));
    if (cuts.includes(true)) this.known.clear();
    const found = ranges.flatMap((range) => within(...range));
    this.known.set(String(span), found);
    return found;
  }
}

/**
 * Where columns are in the text of a line, counted in units of UTF-16 as JavaScript does.
 * @param {Element} row @param {number} from @param {number} to both in characters
 * @returns {[number, number]}
 */
function offsets(row, from, to) {
  const text = [...(row.textContent ?? "")];
  return [text.slice(0, from).join("").length, text.slice(0, to).join("").length];
}

/** @param {Element} row a line @param {number} start @param {number} end @returns {Element[]} its pieces between two cuts */
function within(row, start, end) {
  let at = 0;
  return [...row.children].filter((piece) => {
    const begin = at;
    at += piece.textContent?.length ?? 0;
    return begin >= start && at <= end;
  });
}

/**
 * Makes pieces of a line's text so that one of them ends at an offset.
 * @param {Element} row @param {number} offset
 * @returns {boolean} whether there was something to do
 */
function cut(row, offset) {
  let at = 0;
  let done = false;
  for (const node of [...row.childNodes]) {
    const text = node.textContent ?? "";
    const parts = at < offset && offset < at + text.length ? [text.slice(0, offset - at), text.slice(offset - at)] : [text];
    at += text.length;
    if (parts.length === 1 && !(node instanceof Text)) continue;
    node.replaceWith(...parts.map((part) => piece(node, part)));
    done = true;
  }
  return done;
}

/** @param {Node} like @param {string} text @returns {Element} */
function piece(like, text) {
  const made = like instanceof Element ? /** @type {Element} */ (like.cloneNode(false)) : document.createElement("i");
  made.textContent = text;
  return made;
}
