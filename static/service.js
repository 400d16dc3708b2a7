/** Talks to the server: films of programs that change, one request at a time, and runs that are kept. */

const GLANCE = 400; // ms between two questions how far it is

/**
 * @typedef {{source: string, inputs: Record<string, import("./film.js").Given>, seed: number, opened: string[], pass?: number,
 *   typed?: boolean, moved?: Record<string, number>}} Program `typed` if its source was just typed: then a number in it
 *   holds against that of the leaf; `moved`: leaves that are elsewhere in this pass alone
 * @typedef {{title: string, status: number, detail: string, hint?: string, line?: number, column?: number, printed?: string}} Problem
 * @typedef {import("./film.js").FilmDocument} FilmDocument
 * @typedef {{film?: FilmDocument, glimpse?: import("./film.js").Glimpse, problem?: Problem, cancelled?: boolean}} Answer
 *   none of them: nobody answered
 * @typedef {{program: Program, only: number|null, use: (answer: Answer) => void}} Question
 */

export class Service {
  /**
   * @param {() => {lang: string, direction: string, structure: string, part?: string}} view
   * @param {Pick<import("./patience.js").Patience, "begin"|"tell"|"end">} patience
   */
  constructor(view, patience) {
    this.view = view;
    this.patience = patience;
    /** @type {(Question & {stop: AbortController})|null} what is being answered */
    this.asked = null;
    /** @type {Question|null} */
    this.next = null;
    this.offline = false;
  }

  /**
   * Asks for a film. While an answer is on its way only the newest question waits; an answer that has become useless
   * is not waited for.
   * @param {Program} program
   * @param {number|null} only the one step that is wanted, while numbers change quickly
   * @param {(answer: Answer) => void} use
   */
  async film(program, only, use) {
    this.next = { program, only, use };
    if (this.asked && outdated(this.asked.program, this.next)) this.asked.stop.abort();
    if (this.asked) return;
    try {
      while (this.next) {
        this.patience.begin(() => !this.offline);
        this.asked = { ...this.next, stop: new AbortController() };
        this.next = null;
        const answer = await this.ask(this.asked);
        if (this.next && (answer.problem || answer.cancelled)) continue;
        this.patience.end();
        this.asked.use(answer);
      }
    } finally {
      this.asked = null;
      this.patience.end();
    }
  }

  /** The reader does not want to wait. */
  cancel() {
    this.next = null;
    this.asked?.stop.abort();
  }

  /** @param {Question & {stop: AbortController}} asked @returns {Promise<Answer>} */
  async ask({ program, only, stop: { signal } }) {
    const { lang, direction, structure, part } = this.view();
    const address = `/api/v1/films?lang=${lang}&direction=${direction}${part ? `&part=${part}` : ""}`;
    const answer = await computed(address, { ...program, structure, only, fill: 1 }, signal, (progress) => this.patience.tell(progress));
    if (signal.aborted) return { cancelled: true };
    if (!answer) return {};
    if (!answer.ok) return { problem: answer.document };
    return answer.document.frame ? { glimpse: answer.document } : { film: answer.document };
  }

  /**
   * Keeps a run; the answer is its id, "" if it is refused, null if nobody answers.
   * @param {Program} program
   * @returns {Promise<string|null>}
   */
  async keep({ source, inputs, seed, opened }) {
    const answer = await post("/api/v1/runs?brief=true", { source, inputs, seed, opened });
    return answer && (answer.ok ? answer.document.id : "");
  }

  /** All cells of a large leaf. @param {Program} program @param {string} leaf */
  async leaf(program, leaf) {
    const answer = await post("/api/v1/leaf", { ...program, leaf });
    return answer?.ok ? answer.document : null;
  }

  /** @param {string} run @returns {Promise<(import("./passes.js").Series & {lines: import("./printed.js").Line[]})|null>} */
  async series(run) {
    const answer = await fetch(`/api/v1/runs/${run}/series`).catch(() => null);
    return answer?.ok ? answer.json() : null;
  }
}

/** Whether nobody wants an answer any more once another question is asked. @param {Program} old @param {Question} asked */
function outdated({ source, inputs, opened }, { program, only }) {
  if (source !== program.source || String(opened) !== String(program.opened)) return true;
  return only === null && JSON.stringify(inputs) !== JSON.stringify(program.inputs);
}

/**
 * What may take long: after a second the server says how far it is. Whoever aborts it sets the server free.
 * @param {string} address
 * @param {object} body
 * @param {AbortSignal} signal
 * @param {(progress: import("./patience.js").Progress) => void} tell
 */
async function computed(address, body, signal, tell) {
  const answer = await post(address, body, { signal, headers: { Prefer: "respond-async, wait=1" } });
  if (answer?.status !== 202) return answer;
  const { links } = answer.document;
  const leave = () => void fetch(links.self, { method: "DELETE", keepalive: true }).catch(() => null);
  if (signal.aborted) return leave(), null;
  signal.addEventListener("abort", leave);
  tell(answer.document);
  const clock = setInterval(async () => {
    const far = await asked(links.self, { signal });
    if (far?.ok) tell(far.document);
  }, GLANCE);
  try {
    return await asked(links.answer, { signal });
  } finally {
    clearInterval(clock);
    signal.removeEventListener("abort", leave);
  }
}

/**
 * @param {string} address
 * @param {object} body
 * @param {RequestInit} [more]
 */
export function post(address, body, more = {}) {
  return asked(address, { method: "POST", body: JSON.stringify(body), ...more, headers: { "Content-Type": "application/json", ...more.headers } });
}

/**
 * @param {string} address
 * @param {RequestInit} request
 * @returns {Promise<{ok: boolean, status: number, document: any}|null>} null when nobody answers, or not in JSON
 */
async function asked(address, request) {
  try {
    const answer = await fetch(address, request);
    const { ok, status, statusText } = answer;
    const detail = `${status} ${statusText}`; // what a proxy says need not be JSON
    return { ok, status, document: status < 500 ? await answer.json().catch(() => ({ detail })) : await answer.json() };
  } catch {
    return null;
  }
}
