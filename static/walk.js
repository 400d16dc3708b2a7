/** The graph under the keyboard and the pointer: arrows follow its edges, Enter or a click goes to what happens there. */

import { Graph } from "./graph.js";

/** @typedef {import("./graph.js").Way} Way */

/** @type {Record<"LR"|"TB", Record<string, Way>>} */
const WAYS = {
  LR: { ArrowRight: "onwards", ArrowLeft: "back", ArrowUp: "before", ArrowDown: "after" },
  TB: { ArrowDown: "onwards", ArrowUp: "back", ArrowLeft: "before", ArrowRight: "after" },
};

export class Walk {
  /**
   * @param {HTMLElement} place
   * @param {import("./picture.js").Picture} picture
   * @param {import("./lesson.js").Lesson} lesson
   * @param {import("./camera.js").Camera} camera
   * @param {(step: number) => void} go
   * @param {(source: string, target: string) => string} edgeName
   */
  constructor(place, picture, lesson, camera, go, edgeName) {
    this.place = place;
    this.picture = picture;
    this.lesson = lesson;
    this.camera = camera;
    this.go = go;
    this.edgeName = edgeName;
    this.graph = new Graph([]);
    this.at = "";
    /** @type {(id: string) => boolean} whether there is something in it, and it is shown now */
    this.enter = () => false;
    place.addEventListener("keydown", (event) => this.key(event));
    place.addEventListener("click", (event) => this.click(event));
  }

  /** Takes the graph of a new picture. Of all nodes and edges one can be reached by Tab, and arrows lead on from it. */
  load() {
    const slots = Object.keys(this.lesson.document.start);
    this.graph = new Graph(slots.filter((slot) => slot.endsWith(".class")).map((slot) => slot.slice(0, -".class".length)));
    for (const [index, svg] of [...this.place.querySelectorAll("svg")].entries()) {
      svg.removeAttribute("aria-hidden"); // a tile of a large drawing has cards like the first
      svg.setAttribute("role", index ? "none" : "group");
      if (index) svg.removeAttribute("aria-label");
    }
    this.at = "";
    const first = this.lesson.now?.at ?? this.graph.nodes[0];
    if (first) this.set(first);
  }

  /** @param {string} id makes this node or edge the one that Tab reaches */
  set(id) {
    const element = this.element(id);
    if (!element || id === this.at) return;
    for (const name of ["tabindex", "role", "aria-label"]) this.element(this.at)?.removeAttribute(name);
    this.at = id;
    element.setAttribute("tabindex", "0");
    element.setAttribute("role", "button");
    this.name();
  }

  /** An edge is called by its ends and by what stands on it, which changes from step to step. */
  name() {
    const edge = this.graph.edges.get(this.at);
    const element = edge && this.element(this.at);
    if (!element) return;
    const ends = this.edgeName(this.label(edge.source), this.label(edge.target));
    const shown = element.classList.contains("active") ? ".arithmetic" : element.classList.contains("pending") ? null : ".local";
    const text = shown && element.querySelector(shown)?.textContent;
    element.setAttribute("aria-label", text ? `${ends}: ${text}` : ends);
  }

  focus() {
    this.set(this.lesson.now?.edge ?? this.lesson.now?.at ?? this.at);
    this.focusAt();
  }

  /** What is out of sight is not in the page, and cannot have the focus. */
  focusAt() {
    const element = this.element(this.at);
    this.camera.follow([element]);
    element?.focus({ preventScroll: true });
  }

  /** @param {string} id */
  element(id) {
    return id ? this.picture.element(`${id}.class`) : undefined;
  }

  /** @param {string} id */
  label(id) {
    return this.element(id)?.querySelector(".name")?.firstChild?.textContent?.trim() ?? this.element(id)?.querySelector("text")?.textContent ?? "";
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !this.at) return;
    const way = WAYS[this.lesson.document.direction][event.key];
    if (way) {
      this.set(this.graph.walk(this.at, way));
      this.focusAt();
    } else if (event.key === "Enter" || event.key === " ") this.activate(this.at);
    else if (event.key === "Escape") document.getElementById("next")?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {MouseEvent} event */
  click(event) {
    if (this.camera.moved) return;
    const { dataset } = /** @type {SVGElement} */ (/** @type {Element} */ (event.target).closest("[data-node], [data-edge]") ?? this.place);
    const id = dataset.node ?? dataset.edge;
    if (!id) return;
    this.set(id);
    this.activate(id);
  }

  /** @param {string} id */
  activate(id) {
    if (this.enter(id)) return;
    const { steps } = this.lesson.document;
    const step = this.graph.stepOf(steps, id, this.lesson.step);
    if (step !== null) this.go(step);
  }
}
