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

  /** @param {Leaf[]} leaves @param {boolean} [typed] whether they come from a source that was typed, not from here */
  load(leaves, typed) {
    const names = leaves.map((leaf) => leaf.name).join(" ");
    const known = !typed || leaves.every((leaf) => leaf.value === this.values[leaf.name]);
    if (names === this.names && known) return; // the hand is ahead of the answers
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
    stretch(slider, Number(value));
    field.value = Number.isFinite(value) ? String(round(Number(value))) : "";
    field.placeholder = String(value);
    slider.addEventListener("input", () => this.set(name, slider.valueAsNumber, false, field));
    slider.addEventListener("change", () => this.set(name, slider.valueAsNumber, true, field));
    field.addEventListener("input", () => Number.isFinite(field.valueAsNumber) && this.set(name, field.valueAsNumber, false, slider));
    field.addEventListener("change", () => {
      const typed = field.valueAsNumber;
      if (!Number.isFinite(typed)) return void (field.value = Number.isFinite(this.values[name]) ? String(this.values[name]) : "");
      if (Math.abs(typed) > Number(slider.max)) stretch(slider, typed);
      this.set(name, typed, true, slider);
    });
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

/** @param {HTMLInputElement} slider @param {number} value which it has room around then */
function stretch(slider, value) {
  let reach = 5;
  while (Number.isFinite(value) && reach < 2 * Math.abs(value)) reach *= String(reach).startsWith("2") ? 2.5 : 2; // 5 10 20 50
  [slider.min, slider.max, slider.step] = [-reach, reach, reach / 500].map(String);
  slider.value = String(value);
}

/** @param {number} value what a slider gives, without the dust of binary fractions */
function round(value) {
  return Number(value.toPrecision(10));
}
