import assert from "node:assert/strict";
import { test } from "node:test";

import { descent } from "../../static/descent.js";

/** @param {number} count @param {number} round @returns {[number, number][]} a way to the right that wobbles */
const wobbling = (count, round) => Array.from({ length: count }, (_, index) => [index * 4, 100 * (index % round)]);

test("of a way that wobbles from sample to sample one pass in each round is joined, this one among them", () => {
  const { behind, ahead, wobble } = descent(wobbling(300, 3), 151, 3);
  const line = behind.flatMap(({ points }) => points).slice(1);
  assert.ok(line.every(([, y]) => y === 100));
  assert.deepEqual(line[line.length - 1], [604, 100]);
  assert.deepEqual(ahead[0], [604, 100]);
  assert.deepEqual(wobble.map(([, y]) => y), [100, 200, 0, 100]);
});

test("what lies behind grows fainter with age, and nothing is left out at its ends", () => {
  const { behind, ahead, dots } = descent(wobbling(40, 1), 30, 1);
  const strengths = behind.map(({ strength }) => strength);
  assert.deepEqual(strengths, [...strengths].sort((a, b) => a - b));
  assert.equal(strengths[strengths.length - 1], 1);
  assert.deepEqual(behind[0].points[0], [0, 0]);
  assert.deepEqual(ahead[ahead.length - 1], [156, 0]);
  assert.ok(dots.length < 14);
});

test("points that lie on each other or nowhere cost nothing", () => {
  const still = Array.from({ length: 10_000 }, () => /** @type {[number, number]} */ ([5, 5]));
  assert.ok(descent(still, 9_000, 1).behind.flatMap(({ points }) => points).length < 5);
  assert.deepEqual(descent([[0, 0], [NaN, 3], [9, 9]], 2, 1).behind.flatMap(({ points }) => points), [[0, 0], [9, 9]]);
});
