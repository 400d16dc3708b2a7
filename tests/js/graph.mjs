import assert from "node:assert/strict";
import { test } from "node:test";

import { Graph } from "../../static/graph.js";

// loss = (x·w − y)²: x n0, w n1, ŷ n2, y n3, r n4, loss n5
const ids = ["n0", "n1", "n0_n2_0", "n1_n2_1", "n2", "n3", "n2_n4_0", "n3_n4_1", "n4", "n4_n5_0", "n5"];
const graph = new Graph(ids);

test("an arrow towards the output follows the edges to it, and one back leads to the leaves", () => {
  const path = ["n1"];
  while (path.length < 7) path.push(graph.walk(path[path.length - 1], "onwards"));
  assert.deepEqual(path, ["n1", "n1_n2_1", "n2", "n2_n4_0", "n4", "n4_n5_0", "n5"]);
  assert.equal(graph.walk("n5", "onwards"), "n5");
  assert.deepEqual([graph.walk("n2", "back"), graph.walk("n0_n2_0", "back"), graph.walk("n0", "back")], ["n0_n2_0", "n0", "n0"]);
});

test("the other arrows lead to the neighbour, and every node and edge can be reached", () => {
  assert.equal(graph.walk("n0_n2_0", "after"), "n1_n2_1");
  assert.equal(graph.walk("n1_n2_1", "before"), "n0_n2_0");
  assert.equal(graph.walk("n0", "before"), "n0");
  const seen = new Set(["n0"]);
  for (const id of seen) for (const way of ["onwards", "back", "before", "after"]) seen.add(graph.walk(id, way));
  assert.deepEqual([...seen].sort(), [...ids].sort());
});

test("both edges of x·x are edges of their own", () => {
  const square = new Graph(["n0", "n0_n1_0", "n0_n1_1", "n1"]);
  assert.equal(square.walk("n0_n1_0", "after"), "n0_n1_1");
});

const steps = [
  { phase: "forward", node: "n2", edge: null },
  { phase: "forward", node: "n4", edge: null },
  { phase: "forward", node: "n5", edge: null },
  { phase: "seed", node: "n5", edge: null },
  { phase: "backward", node: "n4", edge: "n4_n5_0" },
  { phase: "backward", node: "n2", edge: "n2_n4_0" },
];

test("Enter on a node leads to what happens to it next, and around", () => {
  assert.equal(graph.stepOf(steps, "n4", 0), 1);
  assert.equal(graph.stepOf(steps, "n4", 1), 4);
  assert.equal(graph.stepOf(steps, "n4", 4), 1);
  assert.equal(graph.stepOf(steps, "n3", 0), null);
});

test("Enter on an edge leads to its arithmetic, and where it carries nothing to the result it leads to", () => {
  assert.equal(graph.stepOf(steps, "n2_n4_0", 0), 5);
  assert.equal(graph.stepOf(steps, "n3_n4_1", 0), 1);
});
