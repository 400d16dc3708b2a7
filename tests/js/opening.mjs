import assert from "node:assert/strict";
import { test } from "node:test";

import { counterpart } from "../../static/opening.js";

/** @param {string} phase @param {number|null} line */
const step = (phase, line) => ({ phase, node: "n", edge: null, at: "n", span: line && /** @type {[number, number, number, number]} */ ([line, 0, line, 9]) });

const closed = [step("forward", 1), step("forward", 2), step("forward", 3), step("seed", 3), step("backward", 3), step("backward", 2), step("backward", 1)];
const open = [
  ...[1, null, null, 2, 3].map((line) => step("forward", line)),
  step("seed", 3),
  ...[3, 2, null, null, 1].map((line) => step("backward", line)),
];

test("an operation that is opened on the way forward begins with the first thing it is made of", () => {
  assert.equal(counterpart(closed, 1, open), 1);
  assert.equal(counterpart(closed, 0, open), 0);
});

test("on the way back it begins with the last of them", () => {
  assert.equal(counterpart(closed, 5, open), 7);
  assert.equal(counterpart(closed, 3, open), 5);
});

test("closed again, the whole operation is where any part of it was", () => {
  assert.equal(counterpart(open, 2, closed), 1);
  assert.equal(counterpart(open, 8, closed), 5);
  assert.equal(counterpart(open, 10, closed), 6);
  assert.equal(counterpart(open, 7, closed), 5);
});
