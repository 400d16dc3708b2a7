import assert from "node:assert/strict";
import { test } from "node:test";

import { around, span } from "../../static/places.js";

test("a wire lies where its points are", () => {
  assert.deepEqual(span("M10 20C30 -5.5 40 60 70 8L80 9"), { left: 10, right: 80, top: -5.5, bottom: 60 });
  assert.equal(span(""), null);
});

test("what has no place takes none", () => {
  assert.deepEqual(around([null, { left: 1, top: 2, right: 3, bottom: 4 }, undefined, { left: 0, top: 3, right: 2, bottom: 9 }]), { left: 0, top: 2, right: 3, bottom: 9 });
  assert.equal(around([]), null);
});
