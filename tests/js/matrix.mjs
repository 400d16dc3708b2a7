import assert from "node:assert/strict";
import { test } from "node:test";

import { cellAt, cellName, places, withCell } from "../../static/matrix.js";

const value = [[1, 2], [3, 4], [5, "NaN"]];

test("every cell has a place, row by row", () => {
  assert.deepEqual(places(value), [[0, 0], [0, 1], [1, 0], [1, 1], [2, 0], [2, 1]]);
  assert.deepEqual(places([7]), [[0]]);
});

test("a cell is found by its place and named by it", () => {
  assert.equal(cellAt(value, [1, 0]), 3);
  assert.equal(cellAt(value, [2, 1]), "NaN");
  assert.equal(cellAt(null, [2, 1]), undefined);
  assert.equal(cellName("W", [2, 1]), "W[2, 1]");
});

test("one cell is changed, and nothing of what it was", () => {
  assert.deepEqual(withCell(value, [1, 1], 9), [[1, 2], [3, 9], [5, "NaN"]]);
  assert.equal(value[1][1], 4);
});
