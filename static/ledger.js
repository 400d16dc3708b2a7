/** All nodes as a table: sorted by any column, copied as text, and a click goes to what last happened to a node. */

import { post } from "./service.js";

/**
 * @typedef {{id: string, name: string, made: string, value: number|string|null, shown_value: string, full_value: string,
 *   gradient: number|string|null, shown_gradient: string, full_gradient: string, contributions: string[], step: number|null}} Row
 * @typedef {"order"|"name"|"made"|"value"|"gradient"} Column
 */

/**
 * @param {Row[]} rows in creation order
 * @param {Column} by
 * @param {boolean} falling
 * @returns {Row[]} what has no number stands last, whichever way
 */
export function sorted(rows, by, falling) {
  if (by === "order") return falling ? [...rows].reverse() : rows;
  const sign = falling ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [a[by], b[by]];
    if (by === "name" || by === "made") return sign * String(left).localeCompare(String(right), undefined, { numeric: true });
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (Number(left) - Number(right)) || 0;
  });
}

/** @param {Row[]} rows @param {string[]} head @returns {string} with tabs between, as spreadsheets take it; every digit */
export function asText(rows, head) {
  const lines = rows.map((row, index) => [String(index + 1), row.name, row.made, row.full_value, row.full_gradient, row.contributions.join("; ")]);
  return [head, ...lines].map((line) => line.map((cell) => cell.replaceAll("−", "-")).join("\t")).join("\n");
}

/** @param {HTMLElement} place @param {import("./dock.js").Context} context @returns {import("./dock.js").Lens} */
export function open(place, context) {
  const body = /** @type {HTMLElement} */ (place.querySelector("tbody"));
  const heads = [...place.querySelectorAll("thead th")];
  const copy = /** @type {HTMLElement} */ (place.querySelector(".copy"));
  /** @type {Row[]} */
  let rows = [];
  /** @type {Column} */
  let by = "order";
  let falling = false;
  let seen = "";

  /** A number that says whose it is where there is no room for columns. @param {Column} of @param {string} text @param {string} title */
  const number = (of, text, title) => {
    const made = cell("td", `${of} number`, text, title);
    made.dataset.of = place.querySelector(`thead [data-by=${of}]`)?.textContent ?? "";
    return made;
  };
  const draw = () => {
    body.replaceChildren(
      ...sorted(rows, by, falling).map((row) => {
        const line = document.createElement("tr");
        line.dataset.id = row.id;
        const button = Object.assign(document.createElement("button"), { textContent: row.name });
        const head = cell("th", "", "");
        if (row.step === null) head.textContent = row.name;
        else head.append(button);
        line.append(
          cell("td", "muted", String(rows.indexOf(row) + 1)),
          head,
          cell("td", "made", row.made),
          number("value", row.shown_value, row.full_value),
          number("gradient", row.shown_gradient, row.full_gradient),
          cell("td", "adds", row.contributions.join("  +  ")),
        );
        return line;
      }),
    );
  };
  for (const head of heads) {
    head.querySelector("button")?.addEventListener("click", (event) => {
      const column = /** @type {Column} */ (/** @type {HTMLElement} */ (event.currentTarget).dataset.by);
      falling = column === by ? !falling : column === "value" || column === "gradient";
      by = column;
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      draw();
    });
  }
  body.addEventListener("click", (event) => {
    const id = /** @type {Element} */ (event.target).closest("tr")?.dataset.id;
    const step = rows.find((row) => row.id === id)?.step;
    if (step !== null && step !== undefined) context.go(step);
  });
  const name = copy.textContent;
  let said = 0;
  copy.addEventListener("click", async () => {
    await intoClipboard(asText(sorted(rows, by, falling), heads.map((head) => head.textContent?.trim() ?? "")));
    copy.textContent = copy.dataset.done ?? "";
    clearTimeout(said);
    said = setTimeout(() => (copy.textContent = name), 1500);
  });

  return {
    async show(glimpsed) {
      const { document } = context.lesson;
      const now = `${glimpsed ?? document.id} ${document.pass}`;
      if (now === seen) return;
      seen = now;
      const answer = await post("/api/v1/ledger", context.program());
      if (now !== seen) return; // another one has been asked for meanwhile
      if (!answer?.ok) return void (seen = "");
      rows = answer.document.rows;
      draw();
    },
  };
}

/** Copies a text; a page that a classroom fetches without TLS has no clipboard but the old one. @param {string} text */
async function intoClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const fill = /** @param {ClipboardEvent} event */ (event) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", fill, { once: true });
  document.execCommand("copy");
}

/** @param {string} name @param {string} className @param {string} text @param {string} [title] */
function cell(name, className, text, title = "") {
  const element = Object.assign(document.createElement(name), { className, textContent: text, title });
  if (name === "th") element.setAttribute("scope", "row");
  return element;
}
