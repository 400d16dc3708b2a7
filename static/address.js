/** The address as the lesson: step, pass, language and how it is shown. No DOM here. */

/** @typedef {{lang: string, step: number, pass: number, passes: number, projector: boolean, lens?: string, view?: string[],
 *   part?: string}} Place `view`: what was chosen in the lens, field by field */

/**
 * The address that brings somebody here.
 * @param {string} here the address now, or that of a kept run
 * @param {string} base what a relative one is relative to
 * @param {Place} place
 */
export function link(here, base, { lang, step, pass, passes, projector, lens, view = [], part }) {
  const address = new URL(here, base);
  const asked = address.searchParams;
  asked.set("lang", lang);
  if (passes > 1) asked.set("pass", String(pass));
  else asked.delete("pass");
  asked.set("step", String(step));
  if (lens) asked.set("lens", lens);
  else asked.delete("lens");
  asked.delete("view");
  for (const chosen of lens ? view : []) asked.append("view", chosen);
  if (part) asked.set("part", part);
  else asked.delete("part");
  if (projector) asked.set("projector", "");
  else asked.delete("projector");
  address.search = address.search.replace("projector=", "projector");
  return address;
}

/** @param {string} here @param {string} lang the same place in another language */
export function inLanguage(here, lang) {
  const address = new URL(here);
  address.searchParams.set("lang", lang);
  address.search = address.search.replace("projector=", "projector");
  return address.href;
}
