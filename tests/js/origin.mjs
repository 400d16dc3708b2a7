import assert from "node:assert/strict";
import { test } from "node:test";

import { origin } from "../../static/origin.js";

const part = (name, rows) => ({ name, rows });

test("a cell of a product is its row times its column, written out", () => {
  const trace = { kind: "product", axes: [], parts: [part("X", [[1, 2], [-3, 4]]), part("W", [[5, -6], [7, 8]]), part("Z", [[19, 10], [13, 50]])] };
  const { text, areas } = origin(trace, { part: 2, row: 1, column: 1 });
  assert.equal(text, "Z[1, 1] = −3×(−6) + 4×8 = 50");
  assert.deepEqual(areas, [
    { part: 0, rows: [1, 1], columns: [0, 1] },
    { part: 1, rows: [0, 1], columns: [1, 1] },
    { part: 2, rows: [1, 1], columns: [1, 1] },
  ]);
  assert.equal(origin(trace, { part: 0, row: 1, column: 0 }).text, "X[1, 0] = −3");
});

test("a cell of an elementwise product is the product of the cells at the same place", () => {
  const trace = { kind: "pointwise", axes: [], parts: [part("G", [[1, -2]]), part("local", [[0.25, -3]]), part("Z", [[0.25, 6]])] };
  const { text, areas } = origin(trace, { part: 2, row: 0, column: 1 });
  assert.equal(text, "Z[1] = −2 × (−3) = 6");
  assert.deepEqual(areas.map((area) => area.part).sort(), [0, 1, 2]);
});

test("a cell of a sum is all that was added up for it, whichever axis that was", () => {
  const copies = part("copies", [[1, 2, 3], [4, 5, -6]]);
  const of = (axes, rows, spot) => origin({ kind: "sum", axes, parts: [copies, part("sum", rows)] }, { part: 1, ...spot });
  assert.equal(of([0], [[5, 7, -3]], { row: 0, column: 2 }).text, "3 + (−6) = −3");
  assert.equal(of([1], [[6, 3]], { row: 0, column: 1 }).text, "4 + 5 + (−6) = 3");
  assert.equal(of([1], [[6], [3]], { row: 1, column: 0 }).text, "4 + 5 + (−6) = 3");
  assert.equal(of([0, 1], [[9]], { row: 0, column: 0 }).text, "1 + 2 + 3 + 4 + 5 + (−6) = 9");
  assert.deepEqual(of([0], [[5, 7, -3]], { row: 0, column: 2 }).areas[0], { part: 0, rows: [0, 1], columns: [2, 2] });
});

test("a vector that was summed to one number is a row", () => {
  const trace = { kind: "sum", axes: [0], parts: [part("copies", [[1, 2, "NaN"]]), part("sum", [["NaN"]])] };
  const { text, areas } = origin(trace, { part: 1, row: 0, column: 0 });
  assert.equal(text, "1 + 2 + NaN = NaN");
  assert.deepEqual(areas[0], { part: 0, rows: [0, 0], columns: [0, 2] });
});
