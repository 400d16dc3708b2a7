/** Forward and reverse mode side by side: one fills the table downwards, the other upwards, as the steps go. */

import { post } from "./service.js";

/**
 * @typedef {{id: string, name: string, made: string, step: number, tangent: string|null, products: number}} Row
 * @typedef {{leaf: string, rows: Row[], reverse: number, all_forward: number, sweeps: number, leaf_sweeps: number, tensors: boolean}} Answer
 */

/**
 * How far both sweeps are at a step: forward mode goes with the values, reverse mode with the gradients.
 * @param {Row[]} rows
 * @param {import("./film.js").Step[]} steps
 * @param {number} step
 */
export function multiplied(rows, steps, step) {
  return {
    forward: rows.reduce((sum, row) => sum + (row.step <= step ? row.products : 0), 0),
    reverse: steps.slice(0, step + 1).filter(({ phase }) => phase === "backward").length,
  };
}

/** @param {HTMLElement} place @param {import("./dock.js").Context} context @returns {import("./dock.js").Lens} */
export function open(place, context) {
  const from = /** @type {HTMLSelectElement} */ (place.querySelector(".from"));
  const body = /** @type {HTMLElement} */ (place.querySelector("tbody"));
  const said = /** @type {HTMLElement} */ (place.querySelector(".said"));
  const heads = place.querySelectorAll("thead .of");
  /** @type {Answer|null} */
  let answer = null;
  let seen = "";

  /** @param {string} where @param {string|number} text */
  const put = (where, text) => {
    for (const each of place.querySelectorAll(where)) each.textContent = String(text);
  };

  const draw = () => {
    if (!answer) return;
    const { leaf, rows, reverse, all_forward: all, sweeps, tensors } = answer;
    body.replaceChildren(
      ...rows.map(({ id, name, made }) => {
        const line = document.createElement("tr");
        line.dataset.id = id;
        const button = Object.assign(document.createElement("button"), { textContent: made ? `${name} = ${made}` : name, title: made });
        button.addEventListener("click", () => {
          const at = context.lesson.document.steps.findLastIndex((each) => each.node === id);
          if (at >= 0) context.go(at);
        });
        const head = document.createElement("th");
        head.scope = "row";
        head.append(button);
        line.append(head, cell("local"), cell("gradient"));
        return line;
      }),
    );
    heads[0].textContent = `∂·/∂${leaf}`;
    heads[1].textContent = `∂${context.lesson.document.output}/∂·`;
    const most = Math.max(all, reverse, 1);
    for (const [name, count] of /** @type {const} */ ([["forward", all], ["reverse", reverse]])) {
      put(`.${name} .count`, count);
      /** @type {HTMLElement} */ (place.querySelector(`.${name} .bar`)).style.width = `${(100 * count) / most}%`;
    }
    put(".sweeps", sweeps);
    const words = said.dataset;
    const why = ((sweeps === 1 ? words.even : words.why) ?? "")
      .replace("{sweeps}", String(sweeps)).replace("{forward}", String(all)).replace("{reverse}", String(reverse))
      .replaceAll("{output}", context.lesson.document.output).replaceAll("{leaf}", leaf);
    said.textContent = [why, ...(tensors ? [words.whole] : [])].join(" ");
    fill();
  };

  /** What both sweeps know at the step that is shown. */
  const fill = () => {
    if (!answer) return;
    const { lesson } = context;
    const frame = context.frame();
    const { at, node, edge } = lesson.now ?? { at: "", node: "", edge: null };
    for (const [index, row] of answer.rows.entries()) {
      const line = /** @type {HTMLElement} */ (body.children[index]);
      const [tangent, gradient] = line.querySelectorAll("td");
      tangent.textContent = row.step <= lesson.step ? (row.tangent ?? "0") : "—";
      gradient.textContent = frame[`${row.id}.gradient`] ?? "—";
      line.classList.toggle("here", row.id === node);
      line.classList.toggle("giving", edge !== null && row.id === at);
    }
    const now = multiplied(answer.rows, lesson.document.steps, lesson.step);
    put(".forward .now", now.forward);
    put(".reverse .now", now.reverse);
    body.querySelector(".here")?.scrollIntoView({ block: "nearest" });
  };

  const ask = async () => {
    const found = await post("/api/v1/sweeps", { ...context.program(), leaf: from.value });
    place.classList.toggle("refused", !found?.ok);
    if (found?.ok) answer = found.document;
    else said.textContent = [found?.document.detail, found?.document.hint].filter(Boolean).join(": ");
    draw();
  };
  from.addEventListener("change", ask);

  return {
    show(glimpsed) {
      const { document } = context.lesson;
      const now = `${glimpsed ?? document.id} ${document.pass}`;
      if (now === seen) return fill();
      seen = now;
      const names = document.names ?? [];
      const before = from.value;
      from.replaceChildren(...names.map((name) => new Option(name, name)));
      from.value = names.includes(before) ? before : (names.find((name) => /^(w|a|θ)/i.test(name)) ?? names[0] ?? "");
      if (names.length) void ask();
      else said.textContent = said.dataset.none ?? "";
    },
  };
}

/** @param {string} className */
function cell(className) {
  return Object.assign(document.createElement("td"), { className, textContent: "—" });
}
