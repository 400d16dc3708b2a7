/** The player: one step in time, shown by the picture, the panel, the editor and the timeline at once. */

import { Camera } from "./camera.js";
import { Film } from "./film.js";
import { listen } from "./keys.js";
import { Leaves } from "./leaves.js";
import { Motion } from "./motion.js";
import { Panel } from "./panel.js";
import { Picture } from "./picture.js";
import { Service } from "./service.js";
import { Timeline } from "./timeline.js";

/** @typedef {import("./film.js").FilmDocument} FilmDocument */

const TYPING = 250; // ms of silence after which a changed source is computed
const KEEPING = 800; // ms after which a changed program is kept and gets its address
const BEAT = 900; // ms per step while playing
const SETTLED = 300; // ms after the last of quick changes, for which only the current step was put in words
const AGAIN = 2000; // ms after which a server that did not answer is asked again
const ADDRESS = 200; // ms after which the step stands in the address

const $ = /** @param {string} id */ (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const first = /** @type {FilmDocument} */ (JSON.parse($("film").textContent ?? "{}"));
const lang = document.documentElement.lang === "zh-Hans" ? "zh" : "en";
const direction = window.innerWidth < 760 ? "TB" : "LR";
const picture = new Picture($("pan"));
const panel = new Panel($("panel"), $("spoken"));
const camera = new Camera($("stage"), $("graph"), $("pan"));
const motion = new Motion();
const timeline = new Timeline((to) => go(to));
const leaves = new Leaves($("leaves"), (inputs, done) => change({ source, inputs }, done));
const service = new Service(() => ({ lang, direction, structure: film.document.direction === direction ? film.document.structure : "" }));

let film = new Film(first);
let step = first.step ?? 0;
let source = first.source;
let playing = 0;
let kept = "";
let known = first.id; // the run that the address stands for
/** @type {import("./editor.js").Editor|null} */
let editor = null;
/** @type {Record<string, number>} */
const waiting = {};

/** @param {string} what @param {number} delay @param {() => void} deed the last call wins */
function later(what, delay, deed) {
  clearTimeout(waiting[what]);
  waiting[what] = setTimeout(deed, delay);
}

/** @param {number} to the step to show @param {boolean} moving whether to show how it comes about */
function go(to, moving = false) {
  to = film.clamp(to);
  motion.stop();
  const before = film.document.steps[to]?.phase === "backward" ? picture.element(`${film.document.steps[to].node}.gradient`)?.textContent : null;
  picture.apply(film.between(step, to));
  const forward = to === step + 1;
  step = to;
  show();
  if (moving && forward && before != null) motion.play(picture, film.document.steps[to], before, speed());
}

/** Everything that shows the current step, apart from the picture itself. @param {boolean} [still] if only numbers changed */
function show(still = false) {
  const { captions, steps } = film.document;
  const now = steps[step];
  const caption = captions[step];
  if (caption || !steps.length) panel.show(caption ?? undefined);
  timeline.show(step, caption ?? undefined);
  editor?.light(source === film.document.source ? now?.span : null, now?.phase);
  if (now && !still) camera.follow([picture.element(`${now.node}.class`, now.edge), picture.element(`${now.edge ?? now.at}.class`)]);
  for (const [id, to] of /** @type {const} */ ([["first", 0], ["back", step - 1], ["next", step + 1], ["last", film.last]])) {
    $(id).setAttribute("aria-disabled", String(film.clamp(to) === step));
  }
  if (step > 0) $("hint").hidden = true;
  later("address", ADDRESS, address);
}

/** Puts the step, the language and a kept run into the address: the link is the whole lesson. */
function address() {
  const here = new URL(kept || window.location.href, window.location.href);
  here.searchParams.set("lang", lang);
  here.searchParams.set("step", String(step));
  window.history.replaceState(null, "", here);
  const link = /** @type {HTMLAnchorElement} */ ($("language"));
  here.searchParams.set("lang", link.hreflang);
  link.href = here.href;
}

/** @param {FilmDocument} document a film of another program or of other numbers @param {boolean} [typed] if its source is new */
function load(document, typed) {
  motion.stop();
  const same = document.structure === film.document.structure;
  const turned = document.direction !== film.document.direction;
  film = new Film(document);
  if (document.svg) picture.replace(document.svg);
  step = same ? film.clamp(step) : 0;
  picture.apply(film.at(step));
  leaves.load(document.leaves, typed);
  if (!same) {
    stop();
    timeline.load(film);
    names();
  }
  if (!same || turned) camera.open();
  warn(document.warnings);
  show(same && !turned);
}

/** @param {import("./service.js").Program} program @param {boolean} done false while a hand drags */
function change(program, done) {
  if ($("offline").hidden) later("working", 300, () => ($("working").hidden = false));
  for (const what of ["whole", "again", "keep"]) clearTimeout(waiting[what]);
  if (!done) later("whole", SETTLED, () => change(program, true));
  void service.film(program, done ? null : step, ({ film: document, problem }) => {
    clearTimeout(waiting.working);
    $("working").hidden = true;
    reached(Boolean(document || problem), () => change({ ...program, source, inputs: leaves.values }, true));
    if (document) load(document, program.typed);
    if (document || problem) complain(problem ?? null);
    if (document && done) later("keep", KEEPING, keep);
  });
}

async function keep() {
  const id = await service.keep({ source, inputs: leaves.values });
  reached(id !== null, keep);
  if (!id || id === known) return;
  known = id;
  kept = `/runs/${id}`;
  const menu = $("examples");
  /** @type {HTMLElement} */ (menu.querySelector("summary")).textContent = menu.dataset.own ?? "";
  menu.querySelector("[aria-current]")?.removeAttribute("aria-current");
  document.title = `${source.split("\n").at(-1)?.slice(0, 60)} · gradstep`;
  address();
}

/** @param {boolean} answered whether the server did @param {() => void} deed what is done again if not */
function reached(answered, deed) {
  $("offline").hidden = answered;
  if (!answered) later("again", AGAIN, deed);
}

/** @param {import("./service.js").Problem|null} problem */
function complain(problem) {
  const place = $("problem");
  place.hidden = !problem;
  $("graph").classList.toggle("stale", Boolean(problem));
  editor?.underline(problem && { ...problem, message: [problem.detail, problem.hint].filter(Boolean).join(" · ") });
  if (!problem) return;
  const [detail, hint] = [document.createElement("b"), document.createElement("span")];
  [detail.textContent, hint.textContent] = [problem.detail, problem.hint ?? ""];
  place.replaceChildren(detail, hint);
}

/** What was an example is the reader's own program as soon as its source is another. */
function own() {
  const title = /** @type {HTMLElement} */ ($("examples").querySelector("summary"));
  title.textContent = title.dataset.own ?? "";
}

/** @param {string[]} warnings */
function warn(warnings) {
  $("warnings").hidden = !warnings.length;
  $("warnings").textContent = warnings.join(" ");
}

function speed() {
  return Number(/** @type {HTMLSelectElement} */ ($("speed")).value);
}

function stop() {
  clearTimeout(playing);
  playing = 0;
  $("play").setAttribute("aria-pressed", "false");
}

function play() {
  if (playing) return stop();
  if (step === film.last) go(0);
  $("play").setAttribute("aria-pressed", "true");
  const beat = () => {
    if (step >= film.last) return stop();
    go(step + 1, true);
    playing = setTimeout(beat, BEAT / speed());
  };
  playing = setTimeout(beat, 150);
}

function names() {
  const cards = [...$("graph").querySelectorAll(".node .name")].map((text) => text.firstChild?.textContent?.trim() ?? "");
  $("names").replaceChildren(...[...new Set(cards)].map((name) => Object.assign(document.createElement("option"), { value: name })));
}

/** @param {string} name shows where that node is */
function find(name) {
  for (const found of $("graph").querySelectorAll(".found")) found.classList.remove("found");
  const text = [...$("graph").querySelectorAll(".node .name")].find((each) => each.firstChild?.textContent?.trim() === name.trim());
  const card = text?.closest(".node");
  card?.classList.add("found");
  camera.touched = true;
  camera.follow([card]);
}

function theme() {
  const dark = getComputedStyle(document.documentElement).colorScheme.includes("light")
    ? document.documentElement.dataset.theme === undefined && window.matchMedia("(prefers-color-scheme: dark)").matches
    : true;
  const chosen = dark ? "light" : "dark";
  document.documentElement.dataset.theme = chosen;
  store(() => localStorage.setItem("theme", chosen));
}

/** @template T @param {() => T} deed @returns {T|undefined} nothing in a frame that may not store anything */
function store(deed) {
  try {
    return deed();
  } catch {
    return undefined;
  }
}

async function otherLanguage() {
  if (film.document.id !== known) await keep();
  address();
  store(() => sessionStorage.setItem("draft", JSON.stringify({ source, path: window.location.pathname })));
  window.location.assign(/** @type {HTMLAnchorElement} */ ($("language")).href);
}

/** A source that was being typed when the language was changed. */
function draft() {
  const left = store(() => sessionStorage.getItem("draft"));
  if (!left) return;
  sessionStorage.removeItem("draft");
  const { source: typed, path } = JSON.parse(left);
  if (path === window.location.pathname && typed !== source) return typed;
}

function connect() {
  const deeds = /** @type {const} */ ({
    first: () => go(0),
    back: () => go(step - 1),
    next: () => go(step + 1, true),
    last: () => go(film.last),
  });
  for (const [id, deed] of Object.entries(deeds)) {
    $(id).setAttribute("role", "button");
    $(id).addEventListener("click", (event) => {
      event.preventDefault();
      stop();
      deed();
    });
  }
  $("play").addEventListener("click", play);
  $("fit").addEventListener("click", () => camera.fit());
  $("zoom-in").addEventListener("click", () => camera.zoom(1.25));
  $("zoom-out").addEventListener("click", () => camera.zoom(0.8));
  $("theme").addEventListener("click", theme);
  $("language").addEventListener("click", (event) => {
    event.preventDefault();
    void otherLanguage();
  });
  $("help").addEventListener("click", () => /** @type {HTMLDialogElement} */ ($("keys")).showModal());
  const query = /** @type {HTMLInputElement} */ ($("query"));
  $("search").addEventListener("close", () => find(query.value));
  document.addEventListener("click", (event) => {
    const menu = /** @type {HTMLDetailsElement} */ ($("examples"));
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
  listen({
    ArrowRight: () => (stop(), go(step + 1, true)),
    ArrowLeft: () => (stop(), go(step - 1)),
    "Shift+ArrowRight": () => (stop(), go(film.otherNode(step, 1))),
    "Shift+ArrowLeft": () => (stop(), go(film.otherNode(step, -1))),
    Home: () => (stop(), go(0)),
    End: () => (stop(), go(film.last)),
    " ": play,
    f: () => camera.fit(),
    "+": () => camera.zoom(1.25),
    "=": () => camera.zoom(1.25),
    "-": () => camera.zoom(0.8),
    "/": () => {
      query.value = "";
      /** @type {HTMLDialogElement} */ ($("search")).showModal();
    },
    e: () => editor?.focus(),
    l: otherLanguage,
    d: theme,
    "?": () => /** @type {HTMLDialogElement} */ ($("keys")).showModal(),
    Escape: () => {
      const menu = /** @type {HTMLDetailsElement} */ ($("examples"));
      if (menu.open) menu.querySelector("summary")?.focus();
      menu.open = false;
    },
  });
  $("editor").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) $("next").focus();
  });
}

/** The editor comes after the first paint; the source was already there as text. */
async function edit() {
  const { Editor } = await import("./editor.js");
  const typed = draft();
  editor = new Editor($("editor"), source, (text) => {
    own();
    source = text;
    later("typing", TYPING, () => change({ source, inputs: leaves.values, typed: true }, true));
  });
  if (typed) editor.view.dispatch({ changes: { from: 0, to: source.length, insert: typed } });
  show();
}

connect();
leaves.load(first.leaves);
timeline.load(film);
warn(first.warnings);
names();
if (direction !== first.direction) void service.film({ source, inputs: leaves.values }, null, (answer) => answer.film && load(answer.film));
else camera.open();
show();
void edit();
Object.assign(window, { gradstep: { go, get step() { return step; }, get length() { return film.length; } } });
