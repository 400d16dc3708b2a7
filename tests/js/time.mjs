import assert from "node:assert/strict";
import { test } from "node:test";

import { backwards, inPass, onwards } from "../../static/time.js";

const pass = { pass: 4, passes: 9, step: 3, last: 8 };

test("a step leads on within the pass", () => {
  assert.deepEqual(onwards(pass), { pass: 4, step: 4 });
  assert.deepEqual(backwards(pass), { pass: 4, step: 2 });
});

test("after the last step the next pass begins, before the first the one before ends", () => {
  assert.deepEqual(onwards({ ...pass, step: 8 }), { pass: 5, step: 0 });
  assert.deepEqual(backwards({ ...pass, step: 0 }), { pass: 3, step: "last" });
});

test("a run has two ends", () => {
  assert.equal(onwards({ pass: 8, passes: 9, step: 8, last: 8 }), null);
  assert.equal(backwards({ pass: 0, passes: 9, step: 0, last: 8 }), null);
});

test("another pass is opened at the same step, or at its end", () => {
  assert.deepEqual(inPass(pass, 7), { pass: 7, step: 3 });
  assert.deepEqual(inPass({ ...pass, step: 8 }, -3), { pass: 0, step: "last" });
  assert.deepEqual(inPass(pass, 99.6), { pass: 8, step: 3 });
  assert.equal(inPass(pass, 4), null);
});
