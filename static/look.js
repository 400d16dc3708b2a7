/** Light or dark, and the projector: how the page looks, which the reader chooses. */

const root = document.documentElement;

export function theme() {
  const dark = getComputedStyle(root).colorScheme.includes("light")
    ? root.dataset.theme === undefined && window.matchMedia("(prefers-color-scheme: dark)").matches
    : true;
  root.dataset.theme = dark ? "light" : "dark";
  store(() => localStorage.setItem("theme", root.dataset.theme ?? ""));
}

export function projected() {
  return root.dataset.projector !== undefined;
}

/** Whether the type is that of a projector: a phone has no room for it. */
export function enlarged() {
  return projected() && window.innerWidth > 760;
}

/** @param {HTMLElement} button */
export function project(button) {
  if (projected()) delete root.dataset.projector;
  else root.dataset.projector = "";
  button.setAttribute("aria-pressed", String(projected()));
}

/** @template T @param {() => T} deed @returns {T|undefined} nothing in a frame that may not store anything */
export function store(deed) {
  try {
    return deed();
  } catch {
    return undefined;
  }
}
