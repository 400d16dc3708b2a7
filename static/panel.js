/** The panel: fills the section of the step's phase with what the server says about the step. */

import { refill } from "./refill.js";
import { Tracing } from "./tracing.js";

export class Panel {
  /** @param {HTMLElement} place @param {HTMLElement} spoken what a screen reader hears */
  constructor(place, spoken) {
    this.place = place;
    this.spoken = spoken;
    this.tracing = new Tracing(place);
    /** @type {{element: Element, slot: string, phase: string|undefined, shown: string|undefined}[]} */
    this.slots = [...place.querySelectorAll("[data-slot]")].map((element) => ({
      element,
      slot: /** @type {string} */ (element.getAttribute("data-slot")),
      phase: element.closest("[data-for]")?.getAttribute("data-for") ?? undefined,
      shown: undefined,
    }));
  }

  /** @param {Record<string, string>|undefined} caption HTML by slot, escaped by the server */
  show(caption) {
    const phase = caption?.phase ?? "none";
    if (this.place.dataset.phase !== phase) this.place.dataset.phase = phase;
    if (!caption) {
      for (const place of this.slots) place.element.textContent = place.shown = "";
      this.tracing.load();
      return;
    }
    for (const place of this.slots) {
      const text = caption[place.slot] ?? "";
      if ((place.phase && place.phase !== phase) || text === place.shown) continue;
      place.shown = text;
      refill(place.element, text);
    }
    this.tracing.load(caption.trace);
    const said = ["says", "contradicted", "alarm"].map((slot) => this.slots.find((place) => place.slot === slot && place.phase === phase)?.element.textContent ?? "");
    this.spoken.textContent = `${caption.count}. ${said.join(" ")}`;
  }
}
