/** The ways from a leaf to the output: each lights up on the graph, with the product it carries; their sum is the gradient. */

import { post } from "./service.js";

/** @typedef {{edges: string[], nodes: string[], factors: string[], product: number|string|null, shown: string|null}} Path */
/** @typedef {{leaf: string, count: string, shown_gradient: string|null, paths: Path[], rest: string|null}} Answer */

/** @param {HTMLElement} place @param {import("./dock.js").Context} context @returns {import("./dock.js").Lens} */
export function open(place, context) {
  const from = /** @type {HTMLSelectElement} */ (place.querySelector(".from"));
  const said = /** @type {HTMLElement} */ (place.querySelector(".said"));
  const list = /** @type {HTMLElement} */ (place.querySelector("ol"));
  const total = /** @type {HTMLElement} */ (place.querySelector(".total"));
  let seen = "";

  const dim = () => {
    context.graph.classList.remove("tracing");
    for (const lit of context.graph.querySelectorAll(".traced")) lit.classList.remove("traced");
  };
  /** @param {Path[]} paths */
  const light = (paths) => {
    dim();
    context.graph.classList.toggle("tracing", paths.length > 0);
    for (const edge of new Set(paths.flatMap((path) => path.edges))) {
      const [source, target] = edge.split("_");
      for (const id of [`[data-edge="${edge}"]`, `[data-node="${source}"]`, `[data-node="${target}"]`]) {
        for (const drawn of context.graph.querySelectorAll(id)) drawn.classList.add("traced");
      }
    }
  };
  /** @type {Answer|null} */
  let answer = null;

  const draw = () => {
    if (!answer) return;
    const { leaf, count, paths, rest, shown_gradient: gradient } = answer;
    const numbers = paths.every((path) => path.product !== null);
    const says = count === "0" ? said.dataset.none : !numbers ? (count === "1" ? said.dataset.alone : said.dataset.tensor) : count === "1" ? said.dataset.one : said.dataset.many;
    said.textContent = (says ?? "").replaceAll("{leaf}", leaf).replace("{count}", grouped(count));
    list.replaceChildren(...paths.map((path) => row(path)));
    total.hidden = !numbers || !paths.length || count === "1";
    total.replaceChildren();
    if (!total.hidden) total.append(sum(paths, rest, total.dataset.rest ?? ""), " = ", text("b", "gradient", gradient ?? ""));
    light(paths);
  };

  /** @param {Path} path */
  const row = (path) => {
    const item = document.createElement("li");
    const button = text("button", "", "");
    const way = text("span", "way", path.nodes.join(" → "));
    const product = text("span", "product", "");
    for (const [index, factor] of path.product === null ? [] : [...path.factors].reverse().entries()) {
      if (index) product.append(" × ");
      product.append(text("span", "local", bracketed(factor, index)));
    }
    if (path.shown !== null) product.append(" = ", text("b", "gradient", path.shown));
    button.append(way, product);
    for (const near of ["pointerenter", "focus"]) button.addEventListener(near, () => light([path]));
    for (const far of ["pointerleave", "blur"]) button.addEventListener(far, () => light(answer?.paths ?? []));
    item.append(button);
    return item;
  };

  const ask = async () => {
    const found = await post("/api/v1/paths", { ...context.program(), leaf: from.value });
    if (found?.ok) answer = found.document;
    else said.textContent = found?.document.detail ?? "";
    draw();
  };
  from.addEventListener("change", ask);

  return {
    show(glimpsed) {
      const { document } = context.lesson;
      const now = `${glimpsed ?? document.id} ${document.pass}`;
      if (now === seen) return light(answer?.paths ?? []);
      seen = now;
      const names = document.names ?? document.leaves.map((leaf) => leaf.name);
      const before = from.value;
      from.replaceChildren(...names.map((name) => new Option(name, name)));
      const weight = names.find((name) => /^(w|a|θ)/i.test(name));
      from.value = names.includes(before) ? before : (weight ?? names[0] ?? "");
      void ask();
    },
    close: dim,
  };
}

/** @param {Path[]} paths @param {string|null} rest @param {string} others */
function sum(paths, rest, others) {
  const line = document.createDocumentFragment();
  for (const [index, path] of paths.entries()) line.append(index ? " + " : "", bracketed(path.shown ?? "", index));
  if (rest !== null) line.append(` + ${bracketed(rest, 1)} `, text("span", "muted", `(${others})`));
  return line;
}

/** @param {string} number @param {number} index its place in a sum or a product: only the first may begin with a minus */
function bracketed(number, index) {
  return index && number.startsWith("−") ? `(${number})` : number;
}

/** @param {string} digits */
function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** @param {string} name @param {string} className @param {string} content */
function text(name, className, content) {
  return Object.assign(document.createElement(name), { className, textContent: content });
}
