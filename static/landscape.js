/** The loss, or another result, as a landscape over one number of the leaves or two: its point can be taken elsewhere, by hand or by arrow keys. */

import { draw, frame } from "./ground.js";
import { short } from "./numbers.js";
import { post } from "./service.js";

/** @typedef {import("./ground.js").Ground} Ground */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @param {HTMLElement} place @param {import("./dock.js").Context} context @returns {import("./dock.js").Lens} */
export function open(place, context) {
  const lens = new Landscape(place, context);
  return { show: (glimpsed) => lens.show(glimpsed), close: () => lens.close() };
}

class Landscape {
  /** @param {HTMLElement} place @param {import("./dock.js").Context} context */
  constructor(place, context) {
    this.context = context;
    this.area = /** @type {HTMLElement} */ (place.querySelector(".ground"));
    this.canvas = /** @type {HTMLCanvasElement} */ (place.querySelector("canvas"));
    this.svg = /** @type {SVGSVGElement} */ (place.querySelector("svg"));
    this.said = /** @type {HTMLElement} */ (place.querySelector(".said"));
    this.back = /** @type {HTMLElement} */ (place.querySelector(".return"));
    this.over = /** @type {HTMLSelectElement[]} */ ([...place.querySelectorAll(".over")]);
    this.of = /** @type {HTMLSelectElement} */ (place.querySelector(".of"));
    this.whole = /** @type {HTMLInputElement} */ (place.querySelector(".whole input"));
    /** @type {Ground|null} */
    this.ground = null;
    /** @type {Record<string, number>|null} where the point is, if that is not where training was in this pass */
    this.supposed = null;
    this.asked = "";
    this.seen = "";
    this.busy = false;
    this.held = false;
    /** @type {Map<string, import("./ground.js").Map>} by their heights */
    this.maps = new Map();
    for (const select of [...this.over, this.whole]) select.addEventListener("change", () => (this.leave(), this.ask()));
    this.of.addEventListener("change", () => this.raise());
    this.back.addEventListener("click", () => this.leave());
    this.svg.addEventListener("pointerdown", (event) => this.take(event));
    this.svg.addEventListener("touchstart", (event) => this.grips(event) && event.preventDefault(), { passive: false });
    this.svg.addEventListener("pointermove", (event) => this.held && this.move(event, false));
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, (event) => this.drop(/** @type {PointerEvent} */ (event)));
    this.svg.addEventListener("keydown", (event) => this.walk(event));
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.area);
    this.themed = new MutationObserver(() => this.draw());
    this.themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }

  close() {
    this.leave();
    this.watch.disconnect();
    this.themed.disconnect();
  }

  /** The pass has other numbers, or is another one. */
  show(glimpsed = "") {
    const { lesson } = this.context;
    const seen = `${glimpsed || lesson.document.id} ${lesson.document.pass}`;
    const left = this.supposed && !lesson.stale; // somebody went on: numbers are training's again
    if (left) this.supposed = null;
    if (seen === this.seen && !left) return;
    this.seen = seen;
    this.offer(lesson.document.scalars ?? []);
    void this.ask();
  }

  /** @param {string[]} names of the leaves there are */
  offer(names) {
    const chosen = this.over.map((select) => select.value);
    for (const [index, select] of this.over.entries()) {
      const options = names.map((name) => new Option(name, name));
      select.replaceChildren(...(index ? [new Option("—", "")] : []), ...options);
      if (names.includes(chosen[index])) select.value = chosen[index];
    }
    if (!chosen[0] && names.length) {
      const { names: moved = [] } = this.context.lesson.document;
      const weights = names.filter((name) => moved.includes(name) && !/^(x|y|t|ŷ|target)/i.test(name)); // what is no datum
      this.over[0].value = weights[0] ?? names[0];
      if (weights[1]) this.over[1].value = weights[1];
    }
  }

  /** Another height is chosen; a map brings its axes along. */
  raise() {
    const map = this.maps.get(this.of.value);
    this.over.forEach((select, index) => (select.value = map?.over[index] ?? select.value));
    this.leave();
    void this.ask();
  }

  /** What else can be the height, for these axes. @param {Ground} ground */
  heights({ of, heights_of: offered, maps }) {
    const { output, passes = 1 } = this.context.lesson.document;
    const others = offered.filter((name) => !maps.some((map) => map.of === name));
    this.maps = new Map(maps.map((map) => [map.of, map]));
    this.of.replaceChildren(new Option(output, ""), ...maps.map((map) => new Option(map.name, map.of)), ...others.map((name) => new Option(name, name)));
    this.of.value = of ?? "";
    const whole = this.whole.closest("label");
    if (whole) whole.hidden = passes < 2 || Boolean(of);
  }

  get names() {
    return [...new Set(this.over.map((select) => select.value).filter(Boolean))];
  }

  /** The ground stays as it is as long as the point and the path are on it, and while a hand holds the point in any case. */
  async ask() {
    const { names } = this;
    if (!names.length) {
      this.said.textContent = this.said.dataset.none ?? "";
      return;
    }
    const { passes = 1 } = this.context.lesson.document;
    const same = this.ground?.axes.map(({ name }) => name).join(" ") === names.join(" ");
    const ranges = same ? this.ground?.axes.map(({ low, high }) => [low, high]) : undefined;
    const at = this.supposed ? names.map((name) => this.supposed?.[name]) : undefined;
    const body = { ...this.context.program(), over: names, of: this.of.value || undefined, all_samples: passes > 1 && this.whole.checked, ranges, loose: !this.held, at };
    this.asked = JSON.stringify(body);
    if (this.busy) return;
    this.busy = true;
    try {
      for (let asked = ""; asked !== this.asked; ) {
        asked = this.asked;
        const answer = await post("/api/v1/landscape", JSON.parse(asked));
        if (answer?.ok) {
          this.ground = answer.document;
          this.heights(answer.document);
          this.draw();
        } else if (answer && this.of.value) {
          this.of.value = ""; // the result is gone with the source it was in
          void this.ask();
        } else this.said.textContent = answer?.document.detail ?? "";
      }
    } finally {
      this.busy = false;
    }
  }

  draw() {
    const { ground, supposed } = this;
    const { clientWidth: width, clientHeight: height } = this.area;
    if (!ground || !width || !height) return;
    const { pass = 0, output: whole } = this.context.lesson.document;
    const words = this.said.dataset;
    const output = ground.of ?? whole;
    draw(this.svg, this.canvas, ground, { width, height, pass, output, slope: words.slope ?? "", moved: Boolean(supposed) });
    const place = ground.axes.map(({ name, value }) => `${name} = ${short(value)}`).join(", ");
    const flat = ground.axes.every(({ gradient }) => gradient === 0);
    const template = (ground.of ? (supposed ? words.would : words.value) : supposed ? words.supposed : flat ? words.flat : words.here) ?? "";
    const parts = { place, name: output, loss: short(ground.value), value: short(ground.value), pass: String(pass + 1) };
    const told = Object.entries(parts).reduce((text, [name, part]) => text.replace(`{${name}}`, part), template);
    const said = ground.rows.some(([, , wanted]) => wanted) ? `${told} ${words.samples}` : told;
    const folded = this.context.lesson.document.trail?.length;
    this.said.textContent = supposed ? (folded ? `${said} ${words.folded}` : said) : `${said} ${this.own ? words.drag : words.try}`;
    this.back.hidden = !supposed;
  }

  /** Whether the leaves have their first values still: then they are the reader's own, and training starts from there. */
  get own() {
    const { pass = 0, leaves } = this.context.lesson.document;
    return pass === 0 && Boolean(this.ground?.axes.every(({ name }) => leaves.some((leaf) => leaf.name === name && typeof leaf.value === "number")));
  }

  /** @param {TouchEvent|PointerEvent} event a finger that is not on the point scrolls the page */
  grips({ target }) {
    return target instanceof Element && target.matches(".grip, .here");
  }

  /** @param {PointerEvent} event */
  take(event) {
    if (!this.ground || event.button !== 0 || (event.pointerType === "touch" && !this.grips(event))) return;
    this.svg.setPointerCapture(event.pointerId);
    this.held = true;
    this.move(event, false);
  }

  /** @param {PointerEvent} event @param {boolean} done */
  move(event, done) {
    if (!this.ground) return;
    const box = this.svg.getBoundingClientRect();
    const [, up] = this.ground.axes;
    const { left, right, top, bottom } = frame(this.area.clientWidth, this.area.clientHeight, Boolean(up));
    const parts = [(event.clientX - box.left - left) / (right - left), (bottom - event.clientY + box.top) / (bottom - top)];
    this.put(this.ground.axes.map(({ low, high }, index) => low + Math.min(1, Math.max(0, parts[index])) * (high - low)), done);
  }

  /** @param {KeyboardEvent} event arrow keys take the point along, by a hundredth of the ground, with Shift by a tenth */
  walk(event) {
    const way = ARROWS[event.key];
    if (event.key === "Escape" && this.supposed) return event.stopPropagation(), this.leave();
    if (!way || !this.ground || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const share = event.shiftKey ? 0.1 : 0.01;
    this.put(this.ground.axes.map(({ low, high, value }, index) => Math.min(high, Math.max(low, value + way[index] * share * (high - low)))), false);
  }

  /** @param {number[]} values where the point goes, along each axis @param {boolean} done */
  put(values, done) {
    const axes = this.ground?.axes ?? [];
    const whither = axes.map(({ low, high }, index) => {
      const fine = 10 ** Math.ceil(Math.log10((high - low) / 1000));
      return Number((Math.round(values[index] / fine) * fine).toPrecision(8));
    });
    if (this.own) return axes.forEach(({ name }, index) => this.context.put(name, whither[index], done && index === axes.length - 1));
    this.supposed = Object.fromEntries(axes.map(({ name }, index) => [name, whither[index]]));
    this.context.suppose(this.supposed);
    void this.ask();
  }

  /** Back to where training was in this pass. */
  leave() {
    if (!this.supposed) return;
    this.supposed = null;
    this.context.suppose(null);
    void this.ask();
  }

  /** @param {PointerEvent} event */
  drop(event) {
    if (!this.held) return;
    this.held = false;
    this.move(event, true);
  }
}
