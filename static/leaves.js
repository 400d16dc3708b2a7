/** The leaves below the source: a slider and a field for each. */

/** @typedef {import("./film.js").Leaf} Leaf */

const GROUP = 12; // rows; a group that is not on screen is not painted

export class Leaves {
  /**
   * @param {HTMLElement} place
   * @param {(inputs: Record<string, number|string>, done: boolean) => void} changed `done` when the hand lets go
   */
  constructor(place, changed) {
    this.place = place;
    this.changed = changed;
    this.template = /** @type {HTMLTemplateElement} */ (document.getElementById("leaf"));
    /** @type {Record<string, number|string>} */
    this.values = {};
    this.names = "";
  }

  /** @param {Leaf[]} leaves */
  load(leaves) {
    const names = leaves.map((leaf) => leaf.name).join(" ");
    if (names === this.names) return; // the hand is ahead of the answers
    this.names = names;
    this.values = Object.fromEntries(leaves.map((leaf) => [leaf.name, leaf.value]));
    const rows = leaves.map((leaf) => this.row(leaf));
    this.place.replaceChildren();
    while (rows.length) {
      const group = document.createElement("div");
      group.className = "leaf-group";
      group.append(...rows.splice(0, GROUP));
      this.place.append(group);
    }
  }

  /** @param {Leaf} leaf */
  row({ name, value }) {
    const row = /** @type {HTMLElement} */ (/** @type {Element} */ (this.template.content.firstElementChild).cloneNode(true));
    const [label, slider, field] = /** @type {[HTMLLabelElement, HTMLInputElement, HTMLInputElement]} */ ([...row.children]);
    label.textContent = name;
    label.title = name;
    label.htmlFor = field.id = `leaf-${name}`;
    slider.setAttribute("aria-label", name);
    const number = Number(value);
    const reach = Number.isFinite(number) ? Math.max(5, 2 ** Math.ceil(Math.log2(Math.abs(number) * 2 || 1))) : 5;
    [slider.min, slider.max, slider.step] = [String(-reach), String(reach), String(reach / 500)];
    slider.value = String(number);
    field.value = String(round(number));
    slider.addEventListener("input", () => this.set(name, slider.valueAsNumber, false, field));
    slider.addEventListener("change", () => this.set(name, slider.valueAsNumber, true, field));
    field.addEventListener("input", () => Number.isFinite(field.valueAsNumber) && this.set(name, field.valueAsNumber, false, slider));
    field.addEventListener("change", () => Number.isFinite(field.valueAsNumber) && this.set(name, field.valueAsNumber, true, slider));
    return row;
  }

  /** @param {string} name @param {number} value @param {boolean} done @param {HTMLInputElement} other */
  set(name, value, done, other) {
    const rounded = round(value);
    this.values[name] = rounded;
    other.value = String(rounded);
    this.changed({ ...this.values }, done);
  }
}

/** @param {number} value what a slider gives, without the dust of binary fractions */
function round(value) {
  return Number(value.toPrecision(10));
}
