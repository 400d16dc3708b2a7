import assert from "node:assert/strict";
import { test } from "node:test";

import { apart, contour, curve, extent, levels, linear, ticks } from "../../static/chart.js";

test("ticks are round numbers within the range", () => {
  assert.deepEqual(ticks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(-3.2, 8.9, 4), [0, 5]);
  assert.deepEqual(ticks(0.0012, 0.0031, 4), [0.0015, 0.002, 0.0025, 0.003]);
});

test("the range of nothing, of one number, and of numbers that are none", () => {
  assert.deepEqual(extent([]), [0, 1]);
  assert.deepEqual(extent([4]), [2, 6]);
  assert.deepEqual(extent([NaN, 3, Infinity, -1]), [-1, 3]);
});

test("a curve has a gap where a value is not finite", () => {
  assert.equal(curve([0, 1, NaN, 3], 30, (value) => value), "M0 0L10 1M30 3");
});

test("a curve of more values than pixels loses no peak", () => {
  const values = Array.from({ length: 10_000 }, (_, index) => (index === 7_777 ? 99 : index % 2));
  const path = curve(values, 200, (value) => value);
  assert.ok(path.includes(" 99"));
  assert.ok(path.length < 10_000);
});

test("a contour of a cone is a circle", () => {
  const rows = Array.from({ length: 41 }, (_, j) => Array.from({ length: 41 }, (_, i) => Math.hypot(i - 20, j - 20)));
  const pieces = contour(rows, 10);
  assert.ok(pieces.length > 50);
  for (const [x, y] of pieces) assert.ok(Math.abs(Math.hypot(x - 20, y - 20) - 10) < 0.1);
});

test("heights are close together where it is low", () => {
  const found = levels(0, 1, 4);
  assert.ok(found[1] - found[0] < found[3] - found[2]);
  assert.ok(found[0] > 0 && found[3] < 1);
});

test("a scale turns a value into a place", () => {
  assert.equal(linear(0, 10, 100, 0)(2.5), 75);
});

test("labels keep apart, stay within, and move no farther than they must", () => {
  assert.deepEqual(apart([10, 40], 12, 9, 57), [10, 40]);
  assert.deepEqual(apart([50, 52, 20], 12, 9, 57), [45, 57, 20]);
  assert.deepEqual(apart([60, 61, 62], 12, 9, 57), [33, 45, 57]);
  const many = apart(Array.from({ length: 9 }, () => 30), 12, 9, 57).sort((a, b) => a - b);
  assert.deepEqual([many[0], many[8]], [9, 57]);
});
