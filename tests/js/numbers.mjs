import assert from "node:assert/strict";
import { test } from "node:test";

import { short } from "../../static/numbers.js";

test("a number has four significant digits and a true minus sign", () => {
  for (const [value, text] of [
    [-0.19661193, "−0.1966"],
    [1234567, "1.235e6"],
    [123456, "123456"],
    [0.00012345, "0.0001234"],
    [1e-5, "1e−5"],
    [12345.678, "1.235e4"],
    [-1.23456e-100, "−1.2e−100"],
    [2.5, "2.5"],
  ]) assert.equal(short(value), text);
});

test("a computed zero is 0, never −0, and no number is a dash", () => {
  assert.deepEqual([0, -0, null, undefined].map(short), ["0", "0", "—", "—"]);
});

test("what is not finite is named, as it crosses JSON or as it is", () => {
  assert.deepEqual([NaN, "NaN", Infinity, "-Infinity"].map(short), ["NaN", "NaN", "∞", "−∞"]);
});
