import assert from "node:assert/strict";
import { test } from "node:test";

import { change } from "../../static/fate.js";

test("the gradient foretells a small change well and a large one badly", () => {
  const loss = (w) => (w - 2) ** 2;
  const before = { value: 1, gradient: -2, loss: loss(1) };
  const small = change(before, 1.001, loss(1.001));
  assert.ok(Math.abs(small.predicted - small.true) < 2e-6);
  const large = change(before, 3, loss(3));
  assert.deepEqual(large, { predicted: -4, true: 0 });
});
