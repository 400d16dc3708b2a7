/** What the buttons and the keys do. */

import { Find } from "./find.js";
import { listen } from "./keys.js";
import { project, theme } from "./look.js";
import { Play } from "./play.js";

const BEAT = 900; // ms per step while playing
const TURN = 140; // ms per pass while the training is played

const $ = /** @param {string} id */ (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * @param {{lesson: import("./lesson.js").Lesson, camera: import("./camera.js").Camera, source: import("./source.js").Source,
 *   opening: import("./opening.js").Opening, graph: HTMLElement, walk: import("./walk.js").Walk, go: (step: number, moving?: boolean) => void,
 *   on: (moving: boolean) => Promise<boolean>, back: () => Promise<boolean>, turn: (by: number) => Promise<boolean>,
 *   otherLanguage: () => Promise<void>, show: () => void}} player
 * @returns {{stop: () => void, speed: () => number}}
 */
export function connect({ lesson, camera, source, graph, walk, opening, go, on, back, turn, otherLanguage, show }) {
  const speed = () => Number(/** @type {HTMLSelectElement} */ ($("speed")).value);
  const more = () => lesson.step < lesson.film.last;
  const steps = new Play($("play"), () => more() && (go(lesson.step + 1, true), more()), () => BEAT / speed());
  const training = new Play($("train"), () => turn(1), () => TURN / speed());
  const stop = () => (steps.stop(), training.stop());
  const by = /** @param {() => unknown} deed a hand on the controls takes over from what is playing */ (deed) => () => (stop(), void deed());

  const find = new Find(/** @type {HTMLDialogElement} */ ($("search")), graph, (card) => {
    camera.touched = true;
    camera.follow([card]);
  });
  const keys = () => /** @type {HTMLDialogElement} */ ($("keys")).showModal();
  const play = () => {
    if (steps.playing) return stop();
    stop();
    if (lesson.step === lesson.film.last) go(0);
    steps.start();
  };
  const train = () => {
    if (training.playing) return stop();
    stop();
    const { pass, passes } = lesson.moment;
    if (pass === passes - 1) void turn(-pass);
    training.start();
  };

  const links = {
    first: () => go(0),
    back,
    next: () => on(true),
    last: () => go(lesson.film.last),
    "pass-back": () => turn(-1),
    "pass-next": () => turn(1),
  };
  for (const [id, deed] of Object.entries(links)) {
    $(id).setAttribute("role", "button");
    $(id).addEventListener("click", (event) => {
      event.preventDefault();
      by(deed)();
    });
  }
  const buttons = {
    play, train, theme, help: keys,
    fit: () => camera.fit(),
    "zoom-in": () => camera.zoom(1.25),
    "zoom-out": () => camera.zoom(0.8),
    projector: () => {
      project($("projector"));
      camera.open();
      show();
    },
  };
  for (const [id, deed] of Object.entries(buttons)) $(id).addEventListener("click", deed);
  $("language").addEventListener("click", (event) => {
    event.preventDefault();
    void otherLanguage();
  });
  for (const named of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-key]"))) {
    named.title = `${named.dataset.title ?? named.getAttribute("aria-label") ?? ""} (${named.dataset.key})`;
  }
  document.addEventListener("click", (event) => {
    const menu = /** @type {HTMLDetailsElement} */ ($("examples"));
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
  const charting = () => document.activeElement?.id === "pass";
  listen({
    ArrowRight: by(() => (charting() ? turn(1) : on(true))),
    ArrowLeft: by(() => (charting() ? turn(-1) : back())),
    "Shift+ArrowRight": by(() => go(lesson.film.otherNode(lesson.step, 1))),
    "Shift+ArrowLeft": by(() => go(lesson.film.otherNode(lesson.step, -1))),
    ArrowUp: () => lesson.moment.passes > 1 && by(() => turn(-1))(),
    ArrowDown: () => lesson.moment.passes > 1 && by(() => turn(1))(),
    Home: by(() => go(0)),
    End: by(() => go(lesson.film.last)),
    " ": play,
    f: () => camera.fit(),
    "+": () => camera.zoom(1.25),
    "=": () => camera.zoom(1.25),
    "-": () => camera.zoom(0.8),
    "/": () => find.open(),
    e: () => void source.focus(),
    g: () => walk.focus(),
    o: by(() => opening.toggle()),
    l: otherLanguage,
    d: theme,
    "?": keys,
    Escape: () => {
      const menu = /** @type {HTMLDetailsElement} */ ($("examples"));
      if (menu.open) menu.querySelector("summary")?.focus();
      menu.open = false;
      if (document.documentElement.dataset.projector !== undefined) $("projector").click();
    },
  });
  $("editor").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) $("next").focus();
  });
  return { stop, speed };
}
