/** A pass too large for one picture: where in it the reader is, and the way into the cards that stand for many nodes. */

import { grouped } from "./numbers.js";

/** @typedef {{part: string, label: string, nodes: number}} Stretch */

export class Fold {
  /**
   * @param {HTMLElement} place for the way here, from the whole pass
   * @param {() => void} look another part is to be shown
   */
  constructor(place, look) {
    this.place = place;
    this.look = look;
    this.part = ""; // what is looked at, as the server names it
    /** @type {Record<string, Stretch>} */
    this.stretches = {};
  }

  /** @param {{trail?: Stretch[], stretches?: Record<string, Stretch>}} film */
  load({ trail = [], stretches = {} }) {
    const within = this.place.contains(document.activeElement);
    this.stretches = stretches;
    this.part = trail.length > 1 ? trail[trail.length - 1].part : "";
    this.place.hidden = !trail.length;
    const crumbs = trail.map((each, index) => this.crumb(each, index === trail.length - 1));
    const hint = Object.assign(document.createElement("small"), { textContent: Object.keys(stretches).length ? (this.place.dataset.hint ?? "") : "" });
    this.place.replaceChildren(...crumbs, hint);
    if (within) /** @type {HTMLElement|undefined} */ (crumbs[crumbs.length - 1])?.focus();
  }

  /** @param {Stretch} stretch @param {boolean} here */
  crumb({ part, label, nodes }, here) {
    const crumb = Object.assign(document.createElement("button"), { className: "button", type: "button" });
    const count = (this.place.dataset.all ?? "").replace("{count}", grouped(nodes));
    crumb.textContent = label || count;
    crumb.title = count;
    if (here) crumb.setAttribute("aria-current", "true");
    crumb.addEventListener("click", () => !here && this.open(part));
    return crumb;
  }

  /** @param {string} id of a node @returns {boolean} whether it stands for many, which are shown then */
  enter(id) {
    const stretch = this.stretches[id];
    if (stretch) this.open(stretch.part);
    return Boolean(stretch);
  }

  /** @param {string} part */
  open(part) {
    this.part = part;
    this.look();
  }
}
