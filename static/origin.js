/** Where a number of a small grid comes from, in numbers. No DOM here. */

import { short } from "./numbers.js";

/**
 * @typedef {{name: string, rows: (number|string)[][]}} Part
 * @typedef {{kind: "product"|"pointwise"|"sum"|"values", axes: number[], parts: Part[]}} Trace see `app/render/trace.py`
 * @typedef {{part: number, row: number, column: number}} Spot
 * @typedef {{part: number, rows: [number, number], columns: [number, number]}} Area from its first to its last
 */

/** @param {Trace} trace @param {Spot} spot @returns {{text: string, areas: Area[]}} how it came about, and what to outline */
export function origin(trace, spot) {
  const { kind, parts } = trace;
  const result = parts.length - 1;
  const { row, column } = spot;
  if (kind === "product" && spot.part === result) {
    const left = parts[0].rows[row];
    const right = parts[1].rows.map((each) => each[column]);
    const terms = left.map((factor, index) => `${index ? bracketed(factor) : short(factor)}×${bracketed(right[index])}`);
    return {
      text: `${label(parts[result], row, column)} = ${terms.join(" + ")} = ${value(parts[result], row, column)}`,
      areas: [area(0, parts[0], row, null), area(1, parts[1], null, column), cell(spot)],
    };
  }
  if (kind === "pointwise" && spot.part === result) {
    return {
      text: `${label(parts[result], row, column)} = ${value(parts[0], row, column)} × ${bracketed(parts[1].rows[row]?.[column])} = ${value(parts[result], row, column)}`,
      areas: [cell(spot), cell({ ...spot, part: 0 }), cell({ ...spot, part: 1 })],
    };
  }
  if (kind === "sum" && spot.part === result) {
    const [rows, columns] = summed(trace, spot);
    const terms = parts[0].rows.slice(rows[0], rows[1] + 1).flatMap((each) => each.slice(columns[0], columns[1] + 1));
    return {
      text: `${terms.map((term, index) => (index ? bracketed(term) : short(term))).join(" + ")} = ${value(parts[result], row, column)}`,
      areas: [{ part: 0, rows, columns }, cell(spot)],
    };
  }
  return { text: `${label(parts[spot.part], row, column)} = ${value(parts[spot.part], row, column)}`, areas: [cell(spot)] };
}

/** @param {Trace} trace @param {Spot} spot @returns {[[number, number], [number, number]]} rows and columns that were summed */
function summed({ axes, parts }, { row, column }) {
  const [stretched, sum] = parts;
  const last = /** @type {[number, number]} */ ([stretched.rows.length - 1, stretched.rows[0].length - 1]);
  const flat = last[0] === 0 && axes.length === 1 && sum.rows.length === 1 && sum.rows[0].length === 1; // a vector is a row
  const [down, across] = flat ? [true, true] : [axes.includes(0), axes.includes(1)];
  // a column summed to a vector is shown as a row: its place there is the row here
  const at = across && !down && sum.rows.length === 1 ? column : row;
  return [down ? [0, last[0]] : [at, at], across ? [0, last[1]] : [column, column]];
}

/** @param {number} part @param {Part} of @param {number|null} row @param {number|null} column @returns {Area} */
function area(part, of, row, column) {
  const [rows, columns] = [of.rows.length - 1, of.rows[0].length - 1];
  return { part, rows: row === null ? [0, rows] : [row, row], columns: column === null ? [0, columns] : [column, column] };
}

/** @param {Spot} spot @returns {Area} */
function cell({ part, row, column }) {
  return { part, rows: [row, row], columns: [column, column] };
}

/** @param {Part} part @param {number} row @param {number} column */
function label(part, row, column) {
  return part.rows.length === 1 ? `${part.name}[${column}]` : `${part.name}[${row}, ${column}]`;
}

/** @param {Part} part @param {number} row @param {number} column */
function value(part, row, column) {
  return short(part.rows[row]?.[column]);
}

/** @param {number|string|undefined} number */
function bracketed(number) {
  const text = short(number);
  return text.startsWith("−") ? `(${text})` : text;
}
