/** Says that a computation takes its time, how far it is, and lets the reader cancel it. */

import { grouped } from "./numbers.js";

const SLOW = 300; // ms after which it is worth a word

/** @typedef {{state: string, passes: number, operations: number}} Progress as the server tells it */

export class Patience {
  /**
   * @param {HTMLElement} place with what is said in `.doing`, how far it is in `.far`, and a button
   * @param {() => void} cancel
   */
  constructor(place, cancel) {
    this.place = place;
    this.doing = /** @type {HTMLElement} */ (place.querySelector(".doing"));
    this.far = /** @type {HTMLElement} */ (place.querySelector(".far"));
    this.button = /** @type {HTMLButtonElement} */ (place.querySelector("button"));
    /** @type {number|undefined} */
    this.waiting = undefined;
    this.button.addEventListener("click", cancel);
    document.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Escape" || place.hidden || this.button.hidden || document.querySelector("dialog[open]")) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        cancel();
      },
      { capture: true }, // before the editor, which Escape leaves
    );
  }

  /** Something is being computed. @param {() => boolean} worth whether it is to be said */
  begin(worth) {
    this.waiting ??= setTimeout(() => (this.place.hidden = !worth()), SLOW);
  }

  /** @param {Progress} progress */
  tell({ state, passes, operations }) {
    if (this.waiting === undefined) return;
    const { dataset } = this.place;
    const said = passes > 1 ? dataset.passes : operations ? dataset.operations : "";
    const [doing, far] = [
      (state === "drawing" && dataset.drawing) || (dataset.computing ?? ""),
      (said ?? "").replace("{passes}", grouped(passes)).replace("{operations}", grouped(operations)),
    ];
    if (this.doing.textContent !== doing) this.doing.textContent = doing;
    this.far.textContent = far;
    this.button.hidden = false;
  }

  /** It is done, or nobody wants it any more. */
  end() {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    const held = document.activeElement === this.button;
    this.place.hidden = this.button.hidden = true;
    this.doing.textContent = this.place.dataset.computing ?? "";
    this.far.textContent = "";
    if (held) document.getElementById("next")?.focus();
  }
}
