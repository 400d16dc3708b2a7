/** Finds a node by its name, and says when there is none. */

export class Find {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {HTMLElement} graph
   * @param {(card: Element) => void} found
   */
  constructor(dialog, graph, found) {
    this.dialog = dialog;
    this.graph = graph;
    this.query = /** @type {HTMLInputElement} */ (dialog.querySelector("input"));
    this.names = /** @type {HTMLElement} */ (dialog.querySelector("datalist"));
    this.none = /** @type {HTMLElement} */ (dialog.querySelector("output"));
    this.query.addEventListener("input", () => this.say(""));
    dialog.querySelector("form")?.addEventListener("submit", (event) => {
      const card = this.card(this.query.value);
      if (card) return found(card);
      event.preventDefault();
      this.say(this.query.value);
    });
  }

  open() {
    this.query.value = "";
    this.say("");
    const names = new Set(this.cards().map(([name]) => name));
    this.names.replaceChildren(...[...names].map((value) => Object.assign(document.createElement("option"), { value })));
    this.dialog.showModal();
  }

  /** @param {string} name of which there is no node; "" for nothing to say */
  say(name) {
    this.none.textContent = name && (this.none.dataset.none ?? "").replace("{name}", name.trim());
  }

  /** @returns {[string, Element][]} */
  cards() {
    return [...this.graph.querySelectorAll(".node .name")].map((text) => [text.firstChild?.textContent?.trim() ?? "", /** @type {Element} */ (text.closest(".node"))]);
  }

  /** @param {string} name @returns {Element|undefined} the card of that name, marked */
  card(name) {
    for (const found of this.graph.querySelectorAll(".found")) found.classList.remove("found");
    const wanted = name.trim();
    const all = this.cards();
    const card = (all.find(([each]) => each === wanted) ?? all.find(([each]) => each.toLowerCase() === wanted.toLowerCase()))?.[1];
    card?.classList.add("found");
    return card;
  }
}
