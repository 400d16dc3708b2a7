/** The player: one step in time, shown by the picture, the panel, the source and the timeline at once. */

import { inLanguage, link } from "./address.js";
import { Camera } from "./camera.js";
import { withCode } from "./code.js";
import { connect } from "./controls.js";
import { Dock } from "./dock.js";
import { Fate } from "./fate.js";
import { fitFormulas } from "./fit.js";
import { Fold } from "./fold.js";
import { handOut } from "./handout.js";
import { Leaves } from "./leaves.js";
import { Lesson } from "./lesson.js";
import { projected } from "./look.js";
import { Motion } from "./motion.js";
import { Opening } from "./opening.js";
import { Panel } from "./panel.js";
import { Passes } from "./passes.js";
import { Patience } from "./patience.js";
import { Picture } from "./picture.js";
import { Printed } from "./printed.js";
import { Author } from "./program.js";
import { Service } from "./service.js";
import { Source } from "./source.js";
import { Timeline } from "./timeline.js";
import { backwards, inPass, onwards } from "./time.js";
import { Walk } from "./walk.js";

/** @typedef {import("./film.js").FilmDocument} FilmDocument */
/** @typedef {import("./time.js").Goal} Goal */

const TYPING = 250; // ms of silence after which a changed source is computed
const MOST = 400; // films of passes that are kept
const ADDRESS = 200; // ms after which the step stands in the address

const $ = /** @param {string} id */ (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const first = /** @type {FilmDocument} */ (JSON.parse($("film").textContent ?? "{}"));
const lang = document.documentElement.lang === "zh-Hans" ? "zh" : "en";
const narrow = window.matchMedia("(max-width: 759px)");
const words = $("words").dataset;
const direction = () => (narrow.matches ? "TB" : "LR");

const lesson = new Lesson(first);
/** @type {Map<string, string>} the drawings of structures that were seen: passes of a run share a few */
const drawings = new Map([[first.structure + first.direction, $("pan").innerHTML]]);
const picture = new Picture($("pan"));
const panel = new Panel($("panel"), $("spoken"));
fitFormulas($("panel"));
const camera = new Camera($("stage"), $("graph"), $("pan"));
const motion = new Motion();
const timeline = new Timeline((to) => go(to));
const leaves = new Leaves($("leaves"), (inputs, done, name, place) => {
  fate.take(lesson.document, name, place, done);
  author.change({ ...author.program, inputs }, done);
}, (name) => service.leaf(author.program, name));
const fate = new Fate($("fate"), leaves);
const service = new Service(() => ({ lang, direction: direction(), structure: lesson.document.direction === direction() ? lesson.document.structure : "", part: fold.part }), new Patience($("working"), () => service.cancel()));
window.addEventListener("pagehide", () => service.cancel());
const source = new Source($("editor"), (text) => {
  author.own();
  lesson.source = text;
  author.later("typing", TYPING, () => author.change({ ...author.program, typed: true }, true));
}, follow);
const fold = new Fold($("trail"), () => (seen.clear(), void service.film(author.program, null, ({ film }) => film && load(film, false, 0))));
const author = new Author(service, lesson, leaves, source, { load, glimpse, kept: address });
const passes = new Passes($("passes"), $("turn"), /** @type {any} */ (words), (pass) => void open(inPass(lesson.moment, pass)));
const printed = new Printed($("printed"), (pass) => void open(inPass(lesson.moment, pass)));
const opening = new Opening($("panel"), $("opened"), lesson, author, (film, step) => load(film, false, step));
const walk = new Walk($("graph"), picture, lesson, camera, (to) => (controls.stop(), go(to)), (from, to) =>
  (words.edge ?? "").replace("{source}", from).replace("{target}", to),
);
walk.enter = (id) => fold.enter(id);
const dock = new Dock(
  $("dock"),
  { lesson, lang, frame: () => screen, graph: $("graph"), program: () => ({ ...author.program, source: lesson.document.source }), put: (name, value, done) => leaves.put(name, value, done), suppose, go, open: (pass) => void open(inPass(lesson.moment, pass)) },
  () => (camera.fit(), author.later("address", ADDRESS, address)),
  () => author.later("address", ADDRESS, address),
);
const controls = connect({
  lesson, camera, source, graph: $("graph"), walk, opening,
  go,
  on: (moving) => open(onwards(lesson.moment), moving),
  back: () => open(backwards(lesson.moment)),
  turn,
  otherLanguage,
  show: () => show(),
});

/** @type {Map<number, FilmDocument>} films of passes that were looked at, of the program as it is */
const seen = new Map();
let charted = "";
/** @type {number|null} the pass whose film is on its way */
let heading = null;
/** @type {import("./film.js").Frame} what the slots of the picture show */
let screen = lesson.film.at(lesson.step);

/** @param {number} to the step to show @param {boolean} [moving] whether to show how it comes about */
function go(to, moving = false) {
  to = lesson.film.clamp(to);
  if (lesson.stale) {
    lesson.wanted = to;
    return author.change(author.program, true);
  }
  motion.stop();
  const look = moving && to === lesson.step + 1 ? motion.look(picture, lesson.document.steps[to]) : null;
  apply(lesson.move(to));
  show();
  if (look && lesson.now) motion.play(picture, lesson.now, look, controls.speed());
}

/** @param {import("./film.js").Frame} frame of which only what is new is drawn */
function apply(frame) {
  /** @type {import("./film.js").Frame} */
  const news = {};
  for (const slot in frame) if (screen[slot] !== frame[slot]) news[slot] = screen[slot] = frame[slot];
  picture.apply(news);
}

/**
 * Goes to a step of this pass or opens another one.
 * @param {Goal|null} goal
 * @param {boolean} [moving]
 * @returns {Promise<boolean>} whether there was somewhere to go
 */
async function open(goal, moving = false) {
  if (!goal) return false;
  if (goal.pass === lesson.moment.pass) {
    go(goal.step === "last" ? lesson.film.last : goal.step, moving);
    return true;
  }
  const known = seen.get(goal.pass);
  if (known) {
    if (underway() !== null) stay(); // or the pass that was asked for before would come after it
    load(known, false, goal.step);
    return true;
  }
  heading = goal.pass;
  return new Promise((done) => {
    void service.film({ ...author.program, pass: goal.pass }, null, ({ film, cancelled = false }) => {
      if (heading === goal.pass) heading = null;
      author.reached(Boolean(film) || cancelled, () => void open(goal));
      if (film) load(film, false, goal.step);
      done(Boolean(film));
    });
  });
}

/** The pass that is on its way; null if none is, or if something else has been asked for since. */
function underway() {
  return (service.next ?? service.asked)?.program.pass === heading ? heading : null;
}

/** Some passes on: from the one that is on its way, however quickly keys are pressed. @param {number} by @returns {Promise<boolean>} */
async function turn(by) {
  const { pass } = lesson.moment;
  const from = underway() ?? pass;
  if (from === pass || from + by !== pass) return open(inPass(lesson.moment, from + by));
  stay();
  return true;
}

/** The pass that is on its way is not wanted any more. */
function stay() {
  heading = null;
  service.cancel();
}

let followed = 0; // the step the camera was at

/** What a step is about in the picture. @param {import("./film.js").Step|undefined} step */
function parts(step) {
  if (!step) return [];
  const edges = step.edge ? [step.edge] : step.phase === "forward" ? (walk.graph.arriving.get(step.node) ?? []).map(({ id }) => id) : [];
  return [picture.element(`${step.node}.class`, step.edge), ...edges.map((edge) => picture.element(`${edge}.class`))];
}

/** Everything that shows the current step, apart from the picture itself. @param {boolean} [still] if only numbers changed */
function show(still = false) {
  const { now, caption, step, moment } = lesson;
  if (caption || !lesson.document.steps.length) panel.show(caption);
  timeline.show(step, caption);
  source.light(lesson.current ? now?.span : null, now?.phase ?? "");
  const way = step < followed ? -1 : 1;
  if (now && !still) camera.follow(parts(now), (ahead) => parts(lesson.document.steps[step + way * ahead]));
  followed = step;
  for (const [id, goal] of /** @type {const} */ ([["first", backwards({ ...moment, pass: 0 })], ["back", backwards(moment)], ["next", onwards(moment)], ["last", onwards({ ...moment, passes: 0 })]])) {
    if ($(id).ariaDisabled !== String(!goal)) $(id).ariaDisabled = String(!goal);
  }
  if ((step > 0 || !now) && !$("hint").hidden) $("hint").hidden = true;
  walk.name();
  opening.show();
  dock.show();
  author.later("address", ADDRESS, address);
}

/** Puts the step, the pass, the language and a kept run into the address: the link is the whole lesson. */
function address() {
  const { step, pass, passes } = lesson.moment;
  const here = link(author.address || window.location.href, window.location.href, { lang, step, pass, passes, projector: projected(), lens: dock.name, view: dock.chosen, part: fold.part });
  window.history.replaceState(null, "", here);
  const other = /** @type {HTMLAnchorElement} */ ($("language"));
  other.href = inLanguage(here.href, other.hreflang);
}

/**
 * Shows another film.
 * @param {FilmDocument} document
 * @param {boolean} typed if its source is new
 * @param {number|"last"} [step] of another pass
 */
function load(document, typed, step) {
  motion.stop();
  const { id, pass } = lesson.document;
  const { same, turned } = lesson.take(document, step);
  if (document.id !== id || turned || seen.size > MOST) seen.clear();
  if (document.id !== id) heading = null;
  seen.set(document.pass ?? 0, document);
  const drawing = document.structure + document.direction;
  fold.load(document);
  if (document.svg) drawings.set(drawing, document.svg);
  const svg = document.svg ?? (same && !turned ? "" : drawings.get(drawing));
  const size = camera.svg?.getAttribute("viewBox");
  if (svg) {
    picture.replace(svg);
    screen = {};
  }
  apply(lesson.film.at(lesson.step));
  leaves.load(document.leaves, typed);
  if (document.id !== id) void leaves.foretell();
  if (typed || !same || document.pass !== pass) fate.forget();
  else fate.show(document);
  if (!same) {
    if (document.pass === pass) controls.stop();
    timeline.load(lesson.film);
  }
  if (svg) walk.load();
  if (size !== camera.svg?.getAttribute("viewBox")) camera.open();
  else if (svg) camera.renew();
  warn(document.warnings);
  turns();
  show(same && !turned);
}

/** Shows the numbers of one step while they change quickly; the film follows as soon as the hand rests. @param {import("./film.js").Glimpse} seen */
function glimpse({ id, pass = 0, step, frame, caption, leaves: values, loss }) {
  if (step !== lesson.step || pass !== lesson.moment.pass) return;
  motion.stop();
  lesson.stale = true;
  apply(frame);
  if (caption) panel.show(caption);
  fate.show({ leaves: values, loss });
  dock.show(id);
}

/** Shows this step as if leaves had been elsewhere in this pass; null: as it was. @param {Record<string, number>|null} moved */
function suppose(moved) {
  if (!moved) return load(lesson.document, false, lesson.step);
  void service.film({ ...author.program, moved }, lesson.step, ({ glimpse: seen }) => seen && glimpse(seen));
}

/** Which pass of how many; their curves come once per program. */
function turns() {
  const { pass, passes: count } = lesson.moment;
  for (const id of ["turns", "passes"]) $(id).hidden = count < 2;
  document.body.classList.toggle("many", count > 1);
  $("pass-back").setAttribute("aria-disabled", String(pass === 0));
  $("pass-next").setAttribute("aria-disabled", String(pass === count - 1));
  passes.show(pass, count);
  printed.show(pass);
  const { id, printed: text } = lesson.document;
  printed.expect(Boolean(text));
  if (charted !== id && (count > 1 || text)) author.later("chart", charted ? TYPING : 0, chart);
  else if (charted !== id) printed.load([]);
}

async function chart() {
  const { id } = lesson.document;
  const run = id === author.stored || window.location.pathname === `/runs/${id}` ? id : await author.store();
  const series = run && (await service.series(run));
  if (!series || lesson.document.id !== id) return;
  charted = id;
  passes.load(series);
  printed.load(series.lines);
  passes.show(lesson.moment.pass, lesson.moment.passes);
  printed.show(lesson.moment.pass);
}

/** A line of the source leads to its step, or to the next pass that began its way back there. @param {number} line */
function follow(line) {
  controls.stop();
  const step = lesson.current ? lesson.stepOfLine(line) : null;
  if (step !== null) return go(step);
  const lines = passes.series?.source_lines ?? [];
  const { pass } = lesson.moment;
  const next = [...lines.keys()].find((index) => index > pass && lines[index] === line) ?? lines.indexOf(line);
  if (next >= 0) void open(inPass(lesson.moment, next));
}

/** @param {string[]} warnings */
function warn(warnings) {
  $("warnings").hidden = !warnings.length;
  $("warnings").replaceChildren(...withCode(warnings.join(" ")));
}

async function otherLanguage() {
  if (lesson.document.id !== author.known) await author.keep();
  address();
  author.leave();
  window.location.assign(/** @type {HTMLAnchorElement} */ ($("language")).href);
}

/** Draws the graph anew, along the way the window has room for. */
function redraw() {
  void service.film(author.program, null, ({ film }) => film && load(film, false, lesson.step));
}

fold.load(first);
leaves.load(first.leaves);
timeline.load(lesson.film);
warn(first.warnings);
walk.load();
turns();
if (direction() !== first.direction) redraw();
else camera.open();
show();
narrow.addEventListener("change", redraw);
handOut($("handout"), $("graph"), () => lesson.document.source);
const draft = author.draft();
if (draft !== undefined) void source.write(draft);
Object.assign(window, { gradstep: { go, get step() { return lesson.step; }, get length() { return lesson.film.length; } } });
