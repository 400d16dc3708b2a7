/** Formulas that are wider than the panel become smaller; those that would be too small can be scrolled, by keyboard too. */

const LEAST = 0.62; // of the usual size; below it a formula is hard to read
const INK = 0.97; // slanted letters reach a little beyond their boxes

/** @param {HTMLElement} panel whose formulas are watched from now on */
export function fitFormulas(panel) {
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) fit(/** @type {MathMLElement} */ (target.parentElement), target);
  });
  const all = /** @param {ParentNode} place */ (place) => {
    for (const formula of place.querySelectorAll("math[display=block] > :first-child")) watch.observe(formula);
  };
  all(panel);
  const fresh = new MutationObserver((changes) => changes.forEach(({ target }) => all(/** @type {Element} */ (target))));
  for (const place of panel.querySelectorAll("div[data-slot=becomes]")) fresh.observe(place, { childList: true });
}

/** @param {HTMLElement|null} place @returns {number} px from side to side, of one column if it has several */
function columnOf(place) {
  if (!place?.clientWidth) return 0;
  const { columnCount, columnGap } = getComputedStyle(place);
  const count = Number(columnCount) || 1;
  return (place.clientWidth - (count - 1) * (parseFloat(columnGap) || 0)) / count;
}

/** @param {MathMLElement} math @param {Element} formula all that is in it */
function fit(math, formula) {
  const room = columnOf(math.parentElement);
  const now = Number(math.style.getPropertyValue("--fit") || 1);
  const natural = Math.max(formula.getBoundingClientRect().width, math.hasAttribute("tabindex") ? math.scrollWidth : 0) / now;
  if (!room || !natural) return;
  const part = natural < room ? 1 : Math.max(LEAST, Math.floor((100 * INK * room) / natural) / 100);
  if (Math.abs(part - now) > 0.01) math.style.setProperty("--fit", String(part));
  if (natural * part > room) math.setAttribute("tabindex", "0");
  else if (math.hasAttribute("tabindex")) math.removeAttribute("tabindex");
}
