/** Where everything is drawn, read off the drawing itself: asking the browser would make it lay out the page at once. */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box in px of the drawing */

/** @type {WeakMap<Element, Box|null>} */
const known = new WeakMap();

/** @param {Element} element a card or a wire @returns {Box|null} */
export function boxOf(element) {
  let box = known.get(element);
  if (box === undefined) known.set(element, (box = read(element)));
  return box;
}

/** @param {Element} element @returns {Box|null} of a wire only what is written on it */
export function wordsOf(element) {
  return around([...element.querySelectorAll("rect")].map(rectangle));
}

/** @param {(Box|null|undefined)[]} boxes @returns {Box|null} around all of them */
export function around(boxes) {
  /** @type {Box|null} */
  let all = null;
  for (const box of boxes) {
    if (!box) continue;
    all = all ? { left: Math.min(all.left, box.left), top: Math.min(all.top, box.top), right: Math.max(all.right, box.right), bottom: Math.max(all.bottom, box.bottom) } : { ...box };
  }
  return all;
}

/** @param {Element} element @returns {Box|null} */
function read(element) {
  /** @type {(Box|null)[]} */
  const boxes = [];
  for (const shape of element.querySelectorAll("rect, path.wire, image")) {
    boxes.push(shape.localName === "path" ? span(shape.getAttribute("d") ?? "") : rectangle(shape));
  }
  return around(boxes);
}

/** @param {Element} shape @returns {Box|null} none if it has no width yet */
function rectangle(shape) {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(shape.getAttribute(name)));
  return width ? { left: x, top: y, right: x + width, bottom: y + height } : null;
}

/** @param {string} path of points, without arcs and without H and V @returns {Box|null} */
export function span(path) {
  const numbers = (path.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
  if (numbers.length < 2) return null;
  const [x, y] = [numbers.filter((_, index) => index % 2 === 0), numbers.filter((_, index) => index % 2 === 1)];
  return { left: Math.min(...x), right: Math.max(...x), top: Math.min(...y), bottom: Math.max(...y) };
}
