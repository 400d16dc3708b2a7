/** Where a reader is in time: a pass of a run, a step of that pass. No DOM here. */

/**
 * @typedef {{pass: number, passes: number, step: number, last: number}} Moment
 * @typedef {{pass: number, step: number|"last"}} Goal
 */

/** @param {Moment} now @returns {Goal|null} one step on; after the last one the next pass begins */
export function onwards({ pass, passes, step, last }) {
  if (step < last) return { pass, step: step + 1 };
  return pass < passes - 1 ? { pass: pass + 1, step: 0 } : null;
}

/** @param {Moment} now @returns {Goal|null} one step back; before the first one the pass before ends */
export function backwards({ pass, step }) {
  if (step > 0) return { pass, step: step - 1 };
  return pass > 0 ? { pass: pass - 1, step: "last" } : null;
}

/**
 * The same step in another pass, and its end if the reader was at the end.
 * @param {Moment} now
 * @param {number} pass
 * @returns {Goal|null}
 */
export function inPass({ pass: here, passes, step, last }, pass) {
  const there = Math.min(Math.max(0, Math.round(pass)), passes - 1);
  return there === here ? null : { pass: there, step: step === last ? "last" : step };
}
