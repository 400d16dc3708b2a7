/** Draws a grid's text as SVG, path by path as `app/render/cells.py` does; a browser test compares the two. */

const SVG = "http://www.w3.org/2000/svg";
const SLICE_GAP = 4; // px between two slices
const POSITIVE = "123456789";
const NEGATIVE = "abcdefghi";
const DEEP = "efghi"; // cells so dark that the minus in them is light

/**
 * @typedef {{x: number, y: number, columns: number, slice: number, width: number, height: number}} Place
 */

/** @param {Element} grid @returns {Place} where its cells are, in the drawing's own px */
export function place(grid) {
  const [columns, slice, width, height] = (grid.getAttribute("data-grid") ?? "").split(" ").map(Number);
  return { x: Number(grid.getAttribute("data-x")), y: Number(grid.getAttribute("data-y")), columns, slice, width, height };
}

/** @param {Place} at @param {number} row @param {number} column @returns {[number, number]} its top left corner */
export function corner(at, row, column) {
  return [at.x + column * at.width + Math.floor(column / at.slice) * SLICE_GAP, at.y + row * at.height];
}

/** @param {Element} grid @param {string} text a character a cell, then its numbers, each after a `|` */
export function draw(grid, text) {
  const at = place(grid);
  const { width, height } = at;
  const [shades, ...numbers] = text.split("|");
  /** @type {Record<string, string>} */
  const squares = {};
  /** @type {Record<string, string>} */
  const marks = { minus: "", "minus deep": "", cross: "" };
  const inset = Math.floor(width / 4);
  const middle = (height - 1) / 2;
  for (let index = 0; index < shades.length; index++) {
    const shade = shades[index];
    const [left, top] = corner(at, Math.floor(index / at.columns), index % at.columns);
    if (shade !== "0") squares[shade] = `${squares[shade] ?? ""}M${left} ${top}h${width - 1}v${height - 1}h${1 - width}z`;
    if (shade === "!") {
      marks.cross += `M${left + 2} ${top + 2}l${width - 5} ${height - 5}m0 ${5 - height}l${5 - width} ${height - 5}`;
    } else if (NEGATIVE.includes(shade)) {
      marks[DEEP.includes(shade) ? "minus deep" : "minus"] += `M${left + inset} ${top + middle}h${width - 1 - 2 * inset}`;
    }
  }
  /** @type {SVGElement[]} */
  const drawn = Object.keys(squares).sort().map((shade) => path(name(shade), squares[shade]));
  if (!numbers.length) for (const mark in marks) if (marks[mark]) drawn.push(path(mark, marks[mark]));
  numbers.forEach((number, index) => {
    const written = document.createElementNS(SVG, "text");
    const [left, top] = corner(at, Math.floor(index / at.columns), index % at.columns);
    written.setAttribute("x", String(left + (width - 1) / 2));
    written.setAttribute("y", String(top + middle + 4));
    written.textContent = number;
    drawn.push(written);
  });
  grid.replaceChildren(...drawn);
}

/** @param {string} shade */
function name(shade) {
  if (POSITIVE.includes(shade)) return `p${shade}`;
  return NEGATIVE.includes(shade) ? `m${NEGATIVE.indexOf(shade) + 1}` : "broken";
}

/** @param {string} name @param {string} d */
function path(name, d) {
  const drawn = document.createElementNS(SVG, "path");
  drawn.setAttribute("class", name);
  drawn.setAttribute("d", d);
  return drawn;
}
