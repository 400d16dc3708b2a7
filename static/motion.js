/** A step as a movement: the upstream number leaves its card, meets the local derivative, lands, adds up. */

import { Scene, shifted } from "./scene.js";

/** @typedef {import("./picture.js").Picture} Picture @typedef {import("./film.js").Step} Step */
/** @typedef {{text: string, grid: Element|null}} Look what the receiving card showed until now */

const FIRST = 600; // ms, so that the eye learns what happens
const LATER = 300;
const ADDING = 220; // ms, at least, in which a sum can be read
const NONE = "—";

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

export class Motion {
  constructor() {
    this.seen = false;
    /** @type {Scene|null} */
    this.scene = null;
  }

  /** Ends a movement under way at once. */
  stop() {
    this.scene?.close();
    this.scene = null;
  }

  /** What a step will change, before it is shown. @param {Picture} picture @param {Step|undefined} step @returns {Look|null} */
  look(picture, step) {
    if (!step || step.phase === "forward" || calm.matches) return null;
    const row = step.phase === "update" ? "value" : "gradient";
    const grid = picture.element(`${step.node}.${row}.cells`, step.edge);
    return { text: picture.element(`${step.node}.${row}`, step.edge)?.textContent ?? "", grid: grid ? /** @type {Element} */ (grid.cloneNode(true)) : null };
  }

  /**
   * Plays a step whose final picture is already there.
   * @param {Picture} picture
   * @param {Step} step
   * @param {Look} look
   * @param {number} speed
   */
  play(picture, step, look, speed) {
    this.stop();
    const card = picture.element(`${step.node}.class`, step.edge);
    if (calm.matches || document.hidden || !card?.ownerSVGElement) return;
    const scene = new Scene(card.ownerSVGElement);
    const duration = (this.seen ? LATER : FIRST) / speed;
    const played = (PLAYS[step.phase] ?? none)(scene, picture, step, look, duration);
    if (!played) return scene.close();
    this.seen = true;
    this.scene = scene;
    void Promise.all(scene.moving).then(() => this.scene === scene && this.stop());
  }
}

/** @typedef {(scene: Scene, picture: Picture, step: Step, look: Look, duration: number) => boolean} Play whether there is anything to see */

/** @type {Play} */
const none = () => false;

/** `upstream` flies to the chip, becomes the contribution, lands; where something is there already, the sum stands a moment. */
/** @type {Play} */
function number(scene, picture, step, look, duration) {
  const from = picture.element(`${step.at}.gradient`);
  const factor = picture.element(`${step.edge}.factor`);
  const lands = picture.element(`${step.node}.gradient`, step.edge);
  const upstream = picture.element(`${step.edge}.upstream`);
  const contribution = picture.element(`${step.edge}.contribution`);
  if (!from || !factor || !lands || !upstream || !contribution) return false;
  const given = contribution.textContent ?? "";
  const [a, b, c] = [from.checkVisibility() ? from : factor, factor, lands].map((each) => scene.end(each));
  const receiving = picture.slots.get(`${step.node}.gradient`) ?? [];
  const adds = look.text !== NONE && look.text !== "";
  const whole = duration + (adds ? Math.max(ADDING, duration * 0.4) : 0);
  const part = duration / whole;
  scene.say(receiving, look.text);
  scene.hide(contribution);
  const flying = scene.number(upstream.textContent ?? "");
  scene.move(flying, [
    { transform: shifted(a), opacity: 1 },
    { transform: shifted(b), opacity: 1, offset: 0.45 * part },
    { transform: shifted(b), opacity: 1, offset: 0.55 * part },
    { transform: shifted(c), opacity: 1, offset: part },
    { transform: shifted(c), opacity: adds ? 0 : 1 },
  ], whole);
  scene.after(duration / 2, () => {
    flying.textContent = given;
    scene.show(contribution);
  });
  if (adds) scene.after(duration, () => scene.say(receiving, `${look.text} + ${given.startsWith("−") ? `(${given})` : given}`));
  return true;
}

/**
 * A grid flies from its card to the edge, and what became of it on to the receiving card. Where copies are added up, the
 * axis along which an operand was stretched collapses on the edge.
 * @type {Play}
 */
function tensor(scene, picture, step, look, duration) {
  const own = picture.element(`${step.node}.gradient.cells`, step.edge) ?? picture.element(`${step.node}.gradient`, step.edge);
  const edge = picture.element(`${step.edge}.pill`);
  const from = picture.element(`${step.at}.gradient.cells`) ?? picture.element(`${step.at}.gradient`);
  if (!own || !edge || !from) return false;
  const waits = step.phase === "backward" && look.text === own.textContent && same(look.grid, own); // its copies land in the next step
  const [start, middle, end] = [scene.middle(from), scene.middle(edge), scene.middle(own)];
  const upstream = scene.copy(from);
  if (step.phase === "unbroadcast") {
    const [across, down] = [step.axes?.includes("columns"), step.axes?.includes("rows")];
    scene.move(upstream, [
      { transform: shifted(middle, start), opacity: 0.9 },
      { transform: shifted(middle, start), opacity: 0.9, offset: 0.3 },
      { transform: shifted(middle, start, `scale(${across ? 0.06 : 1}, ${down ? 0.06 : 1})`), opacity: 0.9 },
    ], duration * 0.7);
  } else {
    scene.move(upstream, [
      { transform: shifted(start, start), opacity: 1 },
      { transform: shifted(middle, start, "scale(0.7)"), opacity: 1, offset: 0.8 },
      { transform: shifted(middle, start, "scale(0.7)"), opacity: waits ? 1 : 0 },
    ], duration * (waits ? 1 : 0.6));
  }
  if (waits) return true;
  keepUntilLanding(scene, picture, own, look, step.node);
  scene.after(duration * 0.55, () => {
    scene.show(own);
    const arriving = scene.copy(own);
    scene.hide(own);
    scene.move(arriving, [{ transform: shifted(middle, end, "scale(0.7)"), opacity: 1 }, { transform: shifted(end, end), opacity: 1 }], duration * 0.45);
  });
  scene.move(edge, [{}, {}], duration); // the scene lasts until the grid has landed
  return true;
}

/** The seed comes to the output from beyond the loss: nothing in the graph made it. */
/** @type {Play} */
function seed(scene, picture, step, look, duration) {
  const own = picture.element(`${step.node}.gradient`);
  const card = picture.element(`${step.node}.class`);
  if (!own?.textContent || !card) return false;
  const to = scene.end(own);
  const box = card.getBoundingClientRect();
  const from = { x: scene.point(box.right, 0).x + 46, y: to.y };
  const flying = scene.number(own.textContent);
  scene.say(picture.slots.get(`${step.node}.gradient`) ?? [], look.text);
  scene.move(flying, [{ transform: shifted(from), opacity: 0 }, { transform: shifted(from), opacity: 1, offset: 0.3 }, { transform: shifted(to), opacity: 1 }], duration);
  return true;
}

/** The gradient goes into the value of its own card, which then has another one. */
/** @type {Play} */
function update(scene, picture, step, look, duration) {
  const [from, own] = ["gradient", "value"].map((row) => picture.element(`${step.node}.${row}.cells`) ?? picture.element(`${step.node}.${row}`));
  if (!from || !own) return false;
  const [start, end] = [scene.middle(from), scene.middle(own)];
  keepUntilLanding(scene, picture, own, look, step.node, "value");
  const flying = scene.copy(from);
  scene.move(flying, [{ transform: shifted(start, start), opacity: 1 }, { transform: shifted(end, start), opacity: 0.9, offset: 0.8 }, { transform: shifted(end, start), opacity: 0 }], duration);
  return true;
}

/** @type {Record<string, Play>} */
const PLAYS = {
  seed,
  update,
  backward: (...scene) => number(...scene) || tensor(...scene),
  unbroadcast: tensor,
};

/** The card shows what it had until the new comes to it. @param {Scene} scene @param {Picture} picture @param {Element} own @param {Look} look @param {string} node */
function keepUntilLanding(scene, picture, own, look, node, row = "gradient") {
  if (!look.grid) return scene.say(picture.slots.get(`${node}.${row}`) ?? [], look.text);
  scene.hide(own);
  scene.keep(look.grid);
}

/** @param {Element|null} before @param {Element} now */
function same(before, now) {
  return before ? before.innerHTML === now.innerHTML : true;
}
