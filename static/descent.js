/** The way that training took across a landscape: which of its points are joined, so that it can be followed. No DOM here. */

const CLOSE = 1.5; // px; points nearer than that to the last one are left out
const APART = 13; // px between two dots
const FADES = 8; // parts in which what lies behind grows fainter

/** @typedef {[number, number]} Point in px @typedef {{points: Point[], strength: number}} Stretch */

/**
 * Of passes that go around the same samples again and again one in each round is joined: the one in which this pass
 * stands. So the line is a way, and the wobble from sample to sample is shown only of the last round, before the point.
 * @param {Point[]} points one for each pass
 * @param {number} pass
 * @param {number} round passes after which the same sample comes again
 * @returns {{behind: Stretch[], ahead: Point[], wobble: Point[], dots: Point[]}} `behind` from the first pass to this
 *   one, the fainter the longer ago
 */
export function descent(points, pass, round) {
  const here = Math.min(pass, points.length - 1);
  const kept = points.map((_, index) => index).filter((index) => index === 0 || (index - here) % round === 0);
  const behind = thinned(points, kept.filter((index) => index <= here));
  const ahead = thinned(points, kept.filter((index) => index >= here));
  const size = Math.max(1, Math.ceil((behind.length - 1) / FADES));
  /** @type {Stretch[]} */
  const stretches = [];
  for (let first = 0; first + 1 < behind.length; first += size) stretches.push({ points: behind.slice(first, first + size + 1), strength: 0 });
  stretches.forEach((stretch, index) => (stretch.strength = 0.3 + (0.7 * (index + 1)) / stretches.length));
  const wobble = round > 1 ? points.slice(Math.max(0, here - round), here + 1) : [];
  return { behind: stretches, ahead, wobble, dots: spaced(behind) };
}

/** @param {Point[]} points @param {number[]} kept @returns {Point[]} without what lies on the point before it; the last one stays */
function thinned(points, kept) {
  /** @type {Point[]} */
  const found = [];
  kept.forEach((each, index) => {
    const point = points[each];
    if (!point.every(Number.isFinite)) return;
    if (index < kept.length - 1 && found.length && distance(point, found[found.length - 1]) < CLOSE) return;
    found.push(point);
  });
  return found;
}

/** @param {Point[]} points @returns {Point[]} those that have room for a dot */
function spaced(points) {
  /** @type {Point[]} */
  const found = [];
  for (const point of points) if (!found.length || distance(point, found[found.length - 1]) >= APART) found.push(point);
  return found;
}

/** @param {Point} a @param {Point} b */
function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
