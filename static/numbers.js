/** Numbers as people read them: four significant digits, a true minus sign, never −0. As on the server. No DOM here, but for the page's language. */

export const NONE = "—";
const LONGEST = 9; // characters

/** @typedef {number|string|null|undefined} Numeric a number as it crosses JSON: "NaN" and "Infinity" are strings */

/** @param {Numeric} value */
export function short(value) {
  if (value === null || value === undefined) return NONE;
  const number = Number(value);
  if (Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "−∞";
  if (Number.isInteger(number) && Math.abs(number) < 1e6) return signed(String(number));
  const exponent = Number(number.toExponential(3).split("e")[1]);
  let text = exponent < -4 || exponent >= 4 ? trimmed(number.toExponential(3)) : trimmed(number.toFixed(3 - exponent));
  for (let decimals = 3; decimals > 0 && text.length > LONGEST; decimals--) text = trimmed(number.toExponential(decimals));
  return signed(text);
}

/** @param {string} text without zeros at the end of the mantissa, nor a plus in the exponent */
function trimmed(text) {
  const [mantissa, exponent] = text.split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return exponent ? `${short}e${Number(exponent)}` : short;
}

/** @param {string} text */
function signed(text) {
  return text === "-0" ? "0" : text.replaceAll("-", "−");
}

/** @type {Intl.NumberFormat|undefined} made when it is needed: the first one took 33 ms here */
let grouping;

/** A count with its thousands apart, as the page's language has them. @param {number} count */
export function grouped(count) {
  grouping ??= new Intl.NumberFormat(document.documentElement.lang);
  return grouping.format(count);
}
