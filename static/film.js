/** A pass as the page plays it: which slots change between any two steps. No DOM here. */

/**
 * @typedef {Record<string, string>} Frame every key is a slot of the picture, every value what it shows
 * @typedef {{phase: string, node: string, edge: string|null, at: string, span: [number, number, number, number]|null,
 *   axes?: string[]}} Step `axes`: of a step that undoes a stretching, whether rows or columns are added up
 * @typedef {number|string|import("./matrix.js").Nested[]} Given a number, or the cells of a tensor
 * @typedef {{text: string, at: number[], size: number[], block: number[], slices: number[], cells: boolean}} Heat a large
 *   tensor as a small grid: `at` as `cells.js` takes it; `cells`: whether they can be asked for
 * @typedef {{name: string, value: Given|null, shown: string, given?: boolean, gradient?: Given|null, heat?: Heat}} Leaf value null: of a
 *   large tensor; `given`: it is not the source's own value
 * @typedef {{name: string, shown: string}} Opening a composite operation that runs as what it is made of: `matmul:8`
 * @typedef {{id: string, source: string, structure: string, output: string, leaves: Leaf[], steps: Step[], start: Frame,
 *   changes: Frame[], captions: (Record<string, string>|null)[], warnings: string[], svg?: string, step?: number,
 *   pass?: number, passes?: number, printed?: boolean, loss?: number|string|null, scalars?: string[], names?: string[],
 *   seed?: number, opened?: Opening[], trail?: import("./fold.js").Stretch[], stretches?: Record<string, import("./fold.js").Stretch>, direction: "LR"|"TB"}} FilmDocument
 * @typedef {{id: string, pass?: number, step: number, frame: Frame, caption: Record<string, string>|null, leaves: Leaf[],
 *   loss?: number|string|null}} Glimpse one step of a film whose numbers change quickly
 */

export class Film {
  /** @param {FilmDocument} document as `/films` answers it */
  constructor(document) {
    this.document = document;
    this.length = document.steps.length;
    this.last = Math.max(0, this.length - 1);
    /** @type {Frame[]} what undoes each change */
    this.undo = [];
    const frame = { ...document.start };
    for (const change of document.changes) {
      /** @type {Frame} */
      const before = {};
      for (const slot in change) before[slot] = frame[slot];
      Object.assign(frame, change);
      this.undo.push(before);
    }
  }

  /**
   * What to change in the picture of step `from` to get that of step `to`.
   * @param {number} from
   * @param {number} to
   * @returns {Frame}
   */
  between(from, to) {
    /** @type {Frame} */
    const patch = {};
    for (let step = from + 1; step <= to; step++) Object.assign(patch, this.document.changes[step]);
    for (let step = from; step > to; step--) Object.assign(patch, this.undo[step]);
    return patch;
  }

  /**
   * Every slot at a step.
   * @param {number} step
   * @returns {Frame}
   */
  at(step) {
    return { ...this.document.start, ...this.between(0, step) };
  }

  /**
   * The nearest step before or after this one that is worked out at another node.
   * @param {number} step
   * @param {1|-1} direction
   */
  otherNode(step, direction) {
    const { steps } = this.document;
    let next = this.clamp(step + direction);
    while (next > 0 && next < this.last && steps[next + direction] && place(steps[next + direction]) === place(steps[next])) next += direction;
    return next;
  }

  /** @param {number} step */
  clamp(step) {
    return Math.min(this.last, Math.max(0, step));
  }
}

/** @param {Step} step where and in which direction it is worked out */
function place({ at, phase }) {
  return `${at} ${phase === "unbroadcast" ? "backward" : phase}`;
}
