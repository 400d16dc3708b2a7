import assert from "node:assert/strict";
import { test } from "node:test";

import { Lesson } from "../../static/lesson.js";

const film = (changes) => ({
  structure: "a",
  direction: "LR",
  source: "x",
  steps: [0, 1, 2].map((index) => ({ phase: "forward", node: `n${index}`, edge: null, at: `n${index}` })),
  start: { "n0.value": "0", "n1.value": "0" },
  changes: [{}, { "n1.value": "1" }, { "n0.value": "2" }],
  captions: [{ says: "first" }, null, { says: "last" }],
  ...changes,
});

test("moving gives what changes in the picture, in both directions, and stops at the ends", () => {
  const lesson = new Lesson(film({}));
  assert.deepEqual(lesson.move(2), { "n0.value": "2", "n1.value": "1" });
  assert.deepEqual(lesson.move(-7), { "n0.value": "0", "n1.value": "0" });
  assert.equal(lesson.step, 0);
  lesson.move(99);
  assert.equal(lesson.step, 2);
});

test("a step beyond the end in a link is the last one", () => {
  assert.equal(new Lesson(film({ step: 99 })).step, 2);
});

test("other numbers leave the reader at the step, another graph begins at the first", () => {
  const lesson = new Lesson(film({ step: 1 }));
  assert.deepEqual(lesson.take(film({})), { same: true, turned: false });
  assert.equal(lesson.step, 1);
  assert.deepEqual(lesson.take(film({ structure: "b", direction: "TB" })), { same: false, turned: true });
  assert.equal(lesson.step, 0);
});

test("another pass is opened where it is asked for", () => {
  const lesson = new Lesson(film({ step: 1, pass: 0, passes: 9 }));
  lesson.take(film({ pass: 3, passes: 9 }), "last");
  assert.deepEqual(lesson.moment, { pass: 3, passes: 9, step: 2, last: 2 });
});

test("a step that was not put in words has no caption", () => {
  const lesson = new Lesson(film({}));
  assert.equal(lesson.caption.says, "first");
  lesson.move(1);
  assert.equal(lesson.caption, undefined);
});

test("a source that was typed since is not that of the film", () => {
  const lesson = new Lesson(film({}));
  assert.ok(lesson.current);
  lesson.source = "x + 1";
  assert.ok(!lesson.current);
});

test("who went on while newer numbers were on screen than in the film is taken there when it comes", () => {
  const lesson = new Lesson(film({ step: 0 }));
  [lesson.stale, lesson.wanted] = [true, 2];
  lesson.take(film({}));
  assert.deepEqual([lesson.stale, lesson.step], [false, 2]);
  lesson.wanted = 2;
  lesson.take(film({ structure: "b" }));
  assert.equal(lesson.step, 0);
});

test("a line of the source leads to the next step that is about it, and around", () => {
  const spans = [[1, 0, 1, 5], [2, 0, 3, 1], [1, 0, 1, 5]];
  const steps = film({}).steps.map((step, index) => ({ ...step, span: spans[index] }));
  const lesson = new Lesson(film({ steps }));
  assert.deepEqual([lesson.stepOfLine(1), lesson.stepOfLine(3), lesson.stepOfLine(9)], [2, 1, null]);
  lesson.move(2);
  assert.equal(lesson.stepOfLine(1), 0);
});
