/** Talks to the server: films of programs that change, one request at a time, and runs that are kept. */

/**
 * @typedef {{source: string, inputs: Record<string, number|string>, typed?: boolean}} Program `typed` if its source was
 *   just typed: then a number in it holds against that of the leaf
 * @typedef {{title: string, status: number, detail: string, hint?: string, line?: number, column?: number}} Problem
 * @typedef {import("./film.js").FilmDocument} FilmDocument
 */

export class Service {
  /** @param {() => {lang: string, direction: string, structure: string}} view */
  constructor(view) {
    this.view = view;
    this.busy = false;
    /** @type {{program: Program, only: number|null, use: (answer: {film?: FilmDocument, problem?: Problem}) => void}|null} */
    this.next = null;
  }

  /**
   * Asks for a film. While an answer is on its way only the newest question waits.
   * @param {Program} program
   * @param {number|null} only the one step to put in words, while numbers change quickly
   * @param {(answer: {film?: FilmDocument, problem?: Problem}) => void} use
   */
  async film(program, only, use) {
    this.next = { program, only, use };
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.next) {
        const asked = this.next;
        this.next = null;
        const answer = await this.ask(asked.program, asked.only);
        if (!this.next || answer.film) asked.use(answer);
      }
    } finally {
      this.busy = false;
    }
  }

  /** @param {Program} program @param {number|null} only */
  async ask(program, only) {
    const { lang, direction, structure } = this.view();
    const answer = await post(`/api/v1/films?lang=${lang}&direction=${direction}`, { ...program, structure, only, fill: 1 });
    if (!answer) return {};
    return answer.ok ? { film: answer.document } : { problem: answer.document };
  }

  /**
   * Keeps a run; the answer is its id, "" if it is refused, null if nobody answers.
   * @param {Program} program
   * @returns {Promise<string|null>}
   */
  async keep(program) {
    const answer = await post("/api/v1/runs", program);
    return answer && (answer.ok ? answer.document.id : "");
  }
}

/**
 * @param {string} address
 * @param {object} body
 * @returns {Promise<{ok: boolean, document: any}|null>} null when nobody answers, or not in JSON
 */
async function post(address, body) {
  try {
    const answer = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const detail = `${answer.status} ${answer.statusText}`; // what a proxy says need not be JSON
    return { ok: answer.ok, document: answer.status < 500 ? await answer.json().catch(() => ({ detail })) : await answer.json() };
  } catch {
    return null;
  }
}
