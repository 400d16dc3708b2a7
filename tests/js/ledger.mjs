import assert from "node:assert/strict";
import { test } from "node:test";

import { asText, sorted } from "../../static/ledger.js";

const row = (name, value, gradient) => ({ name, made: "", value, gradient, full_value: String(value), full_gradient: "−0.5", contributions: ["loss: −2 × 1 = −2"] });
const rows = [row("w2", 3, null), row("w10", -1, 0), row("b", "Infinity", -7)];
const names = (by, falling) => sorted(rows, by, falling).map(({ name }) => name);

test("a column sorts both ways, and what has no number stands last", () => {
  assert.deepEqual(names("value", false), ["w10", "w2", "b"]);
  assert.deepEqual(names("value", true), ["b", "w2", "w10"]);
  assert.deepEqual(names("gradient", false), ["b", "w10", "w2"]);
  assert.deepEqual(names("gradient", true), ["w10", "b", "w2"]);
});

test("names are sorted as people count, and the order of creation comes back", () => {
  assert.deepEqual(names("name", false), ["b", "w2", "w10"]);
  assert.deepEqual(names("order", false), ["w2", "w10", "b"]);
});

test("a copy is what a spreadsheet takes: tabs, every digit, plain minus signs", () => {
  assert.equal(asText(rows.slice(0, 1), ["#", "node"]), "#\tnode\n1\tw2\t\t3\t-0.5\tloss: -2 × 1 = -2");
});
