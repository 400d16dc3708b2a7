/** What a chart needs to know: scales, ticks, curves, contours. No DOM here. */

/** @typedef {(value: number) => number} Scale */

/**
 * @param {number} low
 * @param {number} high
 * @param {number} from where `low` is drawn
 * @param {number} to where `high` is drawn
 * @returns {Scale}
 */
export function linear(low, high, from, to) {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

/** @param {readonly number[]} values @returns {[number, number]} of those that are finite; room around a single one */
export function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  return low === high ? [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2] : [low, high];
}

/** @param {number} low @param {number} high @param {number} count about how many @returns {number[]} round numbers */
export function ticks(low, high, count) {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999) ?? rough;
  const found = [];
  for (let tick = Math.ceil(low / step - 1e-9); tick * step <= high + step * 1e-9; tick++) found.push(Number((tick * step).toPrecision(12)));
  return found;
}

/**
 * Where labels go so that none lies on another and all stay within: as near as can be to where they want to be.
 * @param {readonly number[]} wanted
 * @param {number} gap between two of them
 * @param {number} low
 * @param {number} high
 * @returns {number[]} in the order of `wanted`; closer together than `gap` if there is no room for all
 */
export function apart(wanted, gap, low, high) {
  const room = Math.min(gap, (high - low) / Math.max(1, wanted.length - 1));
  const places = [...wanted];
  const order = [...wanted.keys()].sort((a, b) => wanted[a] - wanted[b]);
  for (const [index, each] of order.entries()) places[each] = Math.max(low, wanted[each], index ? places[order[index - 1]] + room : low);
  for (const [index, each] of [...order.entries()].reverse()) places[each] = Math.min(places[each], high - (order.length - 1 - index) * room);
  return places;
}

/**
 * An SVG path through the values at 0, 1, 2, …; where there are more than two a pixel, through the lowest and the
 * highest of each pixel, so that no peak is lost. Gaps where a value is not finite.
 * @param {readonly number[]} values
 * @param {number} width
 * @param {Scale} y
 */
export function curve(values, width, y) {
  const last = Math.max(1, values.length - 1);
  const bucket = Math.max(1, Math.floor(values.length / Math.max(1, width)));
  let path = "";
  let pen = "M";
  const put = /** @param {number} index */ (index) => {
    const value = values[index];
    if (!Number.isFinite(value)) return void (pen = "M");
    path += `${pen}${round((index / last) * width)} ${round(y(value))}`;
    pen = "L";
  };
  for (let first = 0; first < values.length; first += bucket) {
    if (bucket === 1) {
      put(first);
      continue;
    }
    let [low, high] = [first, first];
    for (let index = first; index < Math.min(values.length, first + bucket); index++) {
      if (values[index] < values[low]) low = index;
      if (values[index] > values[high]) high = index;
    }
    put(Math.min(low, high));
    if (low !== high) put(Math.max(low, high));
  }
  return path;
}

/**
 * Lines of equal height on a grid (marching squares), as pieces of line in units of the grid.
 * @param {readonly (readonly number[])[]} rows
 * @param {number} level
 * @returns {[number, number, number, number][]}
 */
export function contour(rows, level) {
  /** @type {[number, number, number, number][]} */
  const pieces = [];
  for (let j = 0; j + 1 < rows.length; j++) {
    for (let i = 0; i + 1 < rows[j].length; i++) {
      const [a, b, c, d] = [rows[j][i], rows[j][i + 1], rows[j + 1][i + 1], rows[j + 1][i]];
      if (![a, b, c, d].every(Number.isFinite)) continue;
      /** @type {[number, number][]} */
      const cuts = [];
      for (const [p, q, x, y, dx, dy] of /** @type {const} */ ([
        [a, b, i, j, 1, 0],
        [b, c, i + 1, j, 0, 1],
        [d, c, i, j + 1, 1, 0],
        [a, d, i, j, 0, 1],
      ])) {
        if (p < level === q < level) continue;
        const part = (level - p) / (q - p);
        cuts.push([x + dx * part, y + dy * part]);
      }
      for (let k = 0; k + 1 < cuts.length; k += 2) pieces.push([...cuts[k], ...cuts[k + 1]]);
    }
  }
  return pieces;
}

/**
 * Heights between the lowest and the highest, close together where the ground is low: a loss is looked at there.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 */
export function levels(low, high, count) {
  return Array.from({ length: count }, (_, index) => low + (high - low) * ((index + 1) / (count + 1)) ** 2);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
