/** The panel: fills the section of the step's phase with what the server says about the step. */

export class Panel {
  /** @param {HTMLElement} place @param {HTMLElement} spoken what a screen reader hears */
  constructor(place, spoken) {
    this.place = place;
    this.spoken = spoken;
    /** @type {{element: Element, slot: string}[]} */
    this.slots = [...place.querySelectorAll("[data-slot]")].map((element) => ({
      element,
      slot: /** @type {string} */ (element.getAttribute("data-slot")),
    }));
  }

  /** @param {Record<string, string>|undefined} caption HTML by slot, escaped by the server */
  show(caption) {
    const phase = caption?.phase ?? "none";
    this.place.dataset.phase = phase;
    if (!caption) return;
    for (const { element, slot } of this.slots) {
      const inside = element.closest("[data-for]");
      if (inside && inside.getAttribute("data-for") !== phase) continue;
      const text = caption[slot] ?? "";
      if (/[<&]/.test(text)) element.innerHTML = text;
      else element.textContent = text;
    }
    this.spoken.innerHTML = `${caption.count}. ${caption.says ?? ""} ${caption.alarm ?? ""}`;
  }
}
