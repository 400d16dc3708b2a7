/** Draws a landscape: a curve or a map with its scale, the way of training, the point, the slope and the way down. */

import { contour, curve, extent, levels, linear, ticks } from "./chart.js";
import { descent } from "./descent.js";
import { short } from "./numbers.js";

/**
 * @typedef {{name: string, low: number, high: number, value: number, gradient: number|null}} Axis
 * @typedef {{name: string, of: string, over: string[]}} Map what the program makes of each sample of two numbers
 * @typedef {{axes: Axis[], of: string|null, heights_of: string[], maps: Map[], heights: (number|null)[][], value: number|null, samples: number,
 *   round: number, path: number[][], rows: [number, number, string][]}} Ground `rows`: where every sample lies, and what is wanted of it
 * @typedef {import("./chart.js").Scale} Scale @typedef {[number, number]} Point
 * @typedef {{left: number, right: number, top: number, bottom: number}} Frame
 */

const NS = "http://www.w3.org/2000/svg";
const MARGIN = { left: 56, right: 14, top: 24, bottom: 24 };
const SCALE = 76; // px beside a map for what its colours stand for
const ARROW = 60; // px, its longest
const LEVELS = 9; // contours
const GRIP = 22; // px around the point in which a finger takes it

/** @param {number} width @param {number} height @param {boolean} map @returns {Frame} where the ground lies, in px */
export function frame(width, height, map) {
  return { left: MARGIN.left, right: width - MARGIN.right - (map ? SCALE : 0), top: MARGIN.top, bottom: height - MARGIN.bottom };
}

/**
 * @param {SVGSVGElement} svg @param {HTMLCanvasElement} canvas below it, for the colours of a map
 * @param {Ground} ground
 * @param {{width: number, height: number, pass: number, output: string, slope: string, moved: boolean}} how `moved`: whether
 *   the point is elsewhere than training was
 */
export function draw(svg, canvas, ground, { width, height, pass, output, slope, moved }) {
  const [across, up] = ground.axes;
  const at = frame(width, height, Boolean(up));
  const heights = ground.heights.map((row) => row.map((each) => each ?? NaN));
  const flat = heights.flat();
  const [low, high] = extent(flat);
  const top = up ? high : shown(flat, low, high);
  const x = linear(across.low, across.high, at.left, at.right);
  const y = up ? linear(up.low, up.high, at.bottom, at.top) : linear(low - (top - low) / 24, top, at.bottom, at.top);
  canvas.hidden = !up;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const evenly = ground.of !== null;
  const share = evenly ? even : part;
  /** @type {SVGElement[]} */
  const drawn = [];
  if (up) {
    paint(canvas, heights, low, high, at, share);
    for (const level of rounded(low, high, evenly)) drawn.push(piece("path", { class: "contour", d: lines(heights, level, at) }));
  } else drawn.push(piece("path", { class: "curve", d: curve(heights[0], at.right - at.left, y), transform: `translate(${at.left} 0)` }));
  const points = ground.path.map((each) => /** @type {Point} */ ([x(each[0]), y(up ? each[1] : heightAt(heights[0], across, each[0]))]));
  if (points.length > 1) drawn.push(...way(points, pass, ground.round, moved));
  /** @type {Point} */
  const here = [x(across.value), y(up ? up.value : (ground.value ?? NaN))];
  for (const row of ground.rows) drawn.push(...sample(x(row[0]), y(row[1]), row[2]));
  drawn.push(...down(here, x, y, across, up, slope, !evenly));
  if (here.every(Number.isFinite)) {
    drawn.push(piece("circle", { class: "here", r: "7", cx: fixed(here[0]), cy: fixed(here[1]) }), piece("circle", { class: "grip", r: String(GRIP), cx: fixed(here[0]), cy: fixed(here[1]) }));
  }
  const clip = piece("clipPath", { id: "ground-clip" });
  clip.append(piece("rect", { x: fixed(at.left), y: fixed(at.top), width: fixed(at.right - at.left), height: fixed(at.bottom - at.top) }));
  const inside = piece("g", { "clip-path": "url(#ground-clip)" });
  inside.append(...drawn);
  const upwards = up ? [up.low, up.high] : [low, top];
  svg.replaceChildren(
    clip,
    ...axis(ticks(across.low, across.high, (at.right - at.left) / 90), x, at, "across", up ? 4 : 0, across.name),
    ...axis(ticks(upwards[0], upwards[1], (at.bottom - at.top) / 46), y, at, "up", up ? 4 : 0, up?.name ?? output),
    inside,
    ...(up ? legend(low, high, at, output, evenly) : []),
  );
}

/** @param {Point[]} points @param {number} pass @param {number} round @param {boolean} moved */
function way(points, pass, round, moved) {
  const { behind, ahead, wobble, dots } = descent(points, pass, round);
  const whole = [...behind.flatMap((each) => each.points), ...ahead];
  const start = points[0];
  const here = points[Math.min(pass, points.length - 1)];
  return [
    piece("path", { class: "trained-halo", d: joined(whole) }),
    ...(ahead.length > 1 ? [piece("path", { class: "ahead", d: joined(ahead) })] : []),
    ...(wobble.length ? [piece("path", { class: "wobble", d: joined(wobble) })] : []),
    ...behind.map(({ points: part, strength }) => piece("path", { class: "trained", "stroke-opacity": strength.toFixed(2), d: joined(part) })),
    ...dots.slice(1).map(([cx, cy]) => piece("circle", { class: "trained-dot", r: "2.2", cx: fixed(cx), cy: fixed(cy) })),
    piece("circle", { class: "begun", r: "4.5", cx: fixed(start[0]), cy: fixed(start[1]) }),
    ...(moved ? [piece("circle", { class: "was", r: "6", cx: fixed(here[0]), cy: fixed(here[1]) })] : []),
  ];
}

/**
 * The way down, in the colours of a gradient: a step against it, as the two axes are drawn; on a curve along its tangent.
 * @param {Point} here @param {Scale} x @param {Scale} y @param {Axis} across @param {Axis|undefined} up @param {string} slope
 * @param {boolean} wanted whether anybody wants to go down
 */
function down(here, x, y, across, up, slope, wanted) {
  const [first, second] = [across, up].map((each) => (typeof each?.gradient === "number" ? each.gradient : 0));
  if (!here.every(Number.isFinite)) return [];
  const [right, rise] = [x(1) - x(0), y(1) - y(0)]; // px of a unit
  const forth = up ? [-first * right, -second * rise] : [-Math.sign(first) * right, -Math.abs(first) * rise];
  const tangent = !up && typeof across.gradient === "number" ? along(here, right, first * rise, `${slope} ${short(first)}`, first) : [];
  const length = Math.hypot(...forth);
  if (!wanted || !length || !Number.isFinite(length)) return tangent;
  const steep = 28 + (ARROW - 18) * Math.tanh(Math.hypot(first, second) / 4);
  const [ux, uy] = forth.map((each) => each / length);
  const [tx, ty] = [here[0] + ux * steep, here[1] + uy * steep];
  const head = `M${fixed(tx)} ${fixed(ty)}L${fixed(tx - 9 * ux - 5 * uy)} ${fixed(ty - 9 * uy + 5 * ux)}L${fixed(tx - 9 * ux + 5 * uy)} ${fixed(ty - 9 * uy - 5 * ux)}Z`;
  const shaft = `M${here.map(fixed).join(" ")}L${fixed(tx - 8 * ux)} ${fixed(ty - 8 * uy)}`;
  return [...tangent, piece("path", { class: "down-halo", d: shaft }), piece("path", { class: "down", d: shaft }), piece("path", { class: "down-head", d: head })];
}

/** The tangent, and its slope in words. @param {Point} here @param {number} dx @param {number} dy @param {string} text @param {number} slope */
function along([x, y], dx, dy, text, slope) {
  const far = 2000 / (Math.hypot(dx, dy) || 1);
  const d = `M${fixed(x - dx * far)} ${fixed(y - dy * far)}L${fixed(x + dx * far)} ${fixed(y + dy * far)}`;
  const side = slope <= 0 ? { x: fixed(x + 12), "text-anchor": "start" } : { x: fixed(x - 12), "text-anchor": "end" };
  return [piece("path", { class: "tangent", d }), piece("text", { class: "slope", y: fixed(y - 12), ...side }, text)];
}

/** Where one of the data lies, and what is wanted of it. @param {number} x @param {number} y @param {string} wanted */
function sample(x, y, wanted) {
  return [piece("circle", { class: "sample", r: "5", cx: fixed(x), cy: fixed(y) }), ...(wanted ? [piece("text", { class: "wanted", x: fixed(x + 9), y: fixed(y - 7) }, wanted)] : [])];
}

/** What the colours stand for: every contour's height beside the strip. @param {number} low @param {number} high @param {Frame} at @param {string} output @param {boolean} evenly */
function legend(low, high, { right, top, bottom }, output, evenly) {
  const strip = piece("linearGradient", { id: "ground-scale", x1: "0", x2: "0", y1: "1", y2: "0" });
  strip.append(piece("stop", { class: "low", offset: "0" }), piece("stop", { class: "high", offset: "1" }));
  const [x, width] = [right + 16, 10];
  const y = linear(0, 1, bottom, top);
  let free = Infinity; // down to here nothing is written yet
  const marks = rounded(low, high, evenly).flatMap((level) => {
    const height = y((evenly ? even : part)(level, low, high));
    const mark = piece("path", { class: "contour", d: `M${x} ${fixed(height)}h${width}` });
    if (free - height < 13) return [mark];
    free = height;
    return [mark, piece("text", { class: "tick", x: String(x + width + 5), y: fixed(height + 4) }, short(level))];
  });
  return [strip, piece("rect", { class: "scale", x: String(x), y: fixed(top), width: String(width), height: fixed(bottom - top) }), ...marks, piece("text", { class: "axis-name", x: String(x), y: fixed(top - 9) }, output)];
}

/** @param {number} value @param {number} low @param {number} high how far up on the strip: what is low has more room */
function part(value, low, high) {
  return Math.sqrt(Math.min(1, Math.max(0, (value - low) / (high - low || 1))));
}

/** @param {number} value @param {number} low @param {number} high how far up on the strip, of what is no loss */
function even(value, low, high) {
  return Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
}

/** @param {number} low @param {number} high @param {boolean} evenly @returns {number[]} heights with two digits, so that they can be read */
function rounded(low, high, evenly) {
  if (evenly) return ticks(low, high, LEVELS).filter((level) => level > low && level < high);
  return [...new Set(levels(low, high, LEVELS).map((level) => Number(level.toPrecision(2))))].filter((level) => level > low && level < high);
}

/** @param {number[][]} heights @param {number} level @param {Frame} at */
function lines(heights, level, { left, right, top, bottom }) {
  const x = linear(0, heights[0].length - 1, left, right);
  const y = linear(0, heights.length - 1, bottom, top);
  return contour(heights, level).map(([x0, y0, x1, y1]) => `M${fixed(x(x0))} ${fixed(y(y0))}L${fixed(x(x1))} ${fixed(y(y1))}`).join("");
}

/** @param {number[]} heights @param {Axis} axis @param {number} value */
function heightAt(heights, { low, high }, value) {
  const at = ((value - low) / (high - low)) * (heights.length - 1);
  const [left, share] = [Math.floor(at), at - Math.floor(at)];
  return heights[left] * (1 - share) + (heights[left + 1] ?? heights[left]) * share;
}

/**
 * The map: paper where the loss is low, the colour of values where it is high.
 * @param {HTMLCanvasElement} canvas @param {number[][]} heights @param {number} low @param {number} high @param {Frame} at
 * @param {(value: number, low: number, high: number) => number} rise how much of the colour a height has
 */
function paint(canvas, heights, low, high, { left, right, top, bottom }, rise) {
  const style = getComputedStyle(canvas);
  Object.assign(canvas.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` });
  const [columns, rows] = [heights[0].length, heights.length];
  [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return;
  const ramp = swatches(context, [style.getPropertyValue("--low"), style.getPropertyValue("--high")], style);
  const image = context.createImageData(columns, rows);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const value = heights[rows - 1 - j][i];
      const share = rise(value, low, high);
      const colour = [0, 1, 2].map((channel) => ramp[0][channel] + share * (ramp[1][channel] - ramp[0][channel]));
      image.data.set([...colour, Number.isFinite(value) ? 255 : 0], 4 * (j * columns + i));
    }
  }
  context.putImageData(image, 0, 0);
}

/** @param {number[]} flat @param {number} low @param {number} high the height up to which a curve is drawn: a pole must not flatten the rest */
function shown(flat, low, high) {
  const sorted = flat.filter(Number.isFinite).sort((a, b) => a - b);
  const most = sorted[Math.floor(sorted.length * 0.95)] ?? high;
  return high - low > 20 * (most - low) && most > low ? most : high;
}

/**
 * @param {number[]} marks @param {Scale} scale @param {Frame} at
 * @param {"across"|"up"} side @param {number} length of a mark in px; 0: as far as the ground goes @param {string} name
 */
function axis(marks, scale, { left, right, top, bottom }, side, length, name) {
  const room = right - 14 - 8 * name.length; // up to where the name of the axis begins
  const drawn = marks.flatMap((mark) => {
    const at = fixed(scale(mark));
    const line = side === "across" ? `M${at} ${bottom}V${length ? bottom + length : top}` : `M${left} ${at}H${length ? left - length : right}`;
    const text = side === "across" ? { x: at, y: fixed(bottom + 17), "text-anchor": "middle" } : { x: fixed(left - 8), y: fixed(scale(mark) + 4), "text-anchor": "end" };
    const hidden = side === "across" && scale(mark) > room;
    return [piece("path", { class: "grid", d: line }), ...(hidden ? [] : [piece("text", { class: "tick", ...text }, short(mark))])];
  });
  const place = side === "across" ? { x: fixed(right), y: fixed(bottom + 17), "text-anchor": "end" } : { x: fixed(left), y: fixed(top - 9), "text-anchor": "start" };
  return [...drawn, piece("text", { class: "axis-name", ...place }, name)];
}

/** @param {CanvasRenderingContext2D} context @param {string[]} colours @param {CSSStyleDeclaration} style */
function swatches(context, colours, style) {
  return colours.map((colour) => {
    context.fillStyle = resolve(colour.trim(), style);
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  });
}

/** @param {string} colour perhaps with a light and a dark side @param {CSSStyleDeclaration} style */
function resolve(colour, style) {
  const sides = /^light-dark\((.+),\s*(.+)\)$/.exec(colour);
  const dark = style.colorScheme.includes("light") ? style.colorScheme.includes("dark") && window.matchMedia("(prefers-color-scheme: dark)").matches : true;
  return sides ? sides[dark ? 2 : 1] : colour;
}

/** @param {Point[]} points */
function joined(points) {
  const sound = points.filter((point) => point.every(Number.isFinite));
  return sound.length ? `M${sound.map((point) => point.map(fixed).join(" ")).join("L")}` : "";
}

/** @param {number} value */
function fixed(value) {
  return value.toFixed(1);
}

/** @param {string} name @param {Record<string, string>} attributes @param {string} [text] */
function piece(name, attributes, text) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}
