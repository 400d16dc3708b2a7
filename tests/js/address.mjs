import assert from "node:assert/strict";
import { test } from "node:test";

import { inLanguage, link } from "../../static/address.js";

const place = { lang: "en", step: 5, pass: 0, passes: 1, projector: false };

test("the link says step and language, and the pass where there are several", () => {
  assert.equal(link("/runs/abc", "http://here/?x=1", place).href, "http://here/runs/abc?lang=en&step=5");
  assert.equal(link("/runs/abc", "http://here/", { ...place, pass: 37, passes: 300 }).search, "?lang=en&pass=37&step=5");
});

test("the view beside the graph is in the link, as long as it is open", () => {
  const { href } = link("/runs/abc", "http://here/", { ...place, lens: "landscape" });
  assert.equal(href, "http://here/runs/abc?lang=en&step=5&lens=landscape");
  assert.equal(link(href, href, place).search, "?lang=en&step=5");
});

test("what was chosen in a view is in the link as long as the view is", () => {
  const { href } = link("/runs/abc", "http://here/", { ...place, lens: "landscape", view: ["", "w[0, 1]"] });
  assert.equal(href, "http://here/runs/abc?lang=en&step=5&lens=landscape&view=&view=w%5B0%2C+1%5D");
  assert.equal(link(href, href, { ...place, lens: "landscape", view: ["b"] }).search, "?lang=en&step=5&lens=landscape&view=b");
  assert.equal(link(href, href, { ...place, view: ["b"] }).search, "?lang=en&step=5");
});

test("a projector stays a projector, in the other language too", () => {
  const { href } = link("http://here/?projector", "http://here/", { ...place, projector: true });
  assert.equal(href, "http://here/?projector&lang=en&step=5");
  assert.equal(inLanguage(href, "zh"), "http://here/?projector&lang=zh&step=5");
  assert.equal(link(href, href, place).href, "http://here/?lang=en&step=5");
});
