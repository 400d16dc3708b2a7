/** Plays: one deed after the other until it is told to stop or nothing is left to do. */

export class Play {
  /**
   * @param {HTMLElement} button that shows whether it plays
   * @param {() => boolean|Promise<boolean>} deed false when there was nothing left to do
   * @param {() => number} pause ms between two deeds
   */
  constructor(button, deed, pause) {
    this.button = button;
    this.deed = deed;
    this.pause = pause;
    this.timer = 0;
  }

  get playing() {
    return this.timer !== 0;
  }

  start() {
    this.button.setAttribute("aria-pressed", "true");
    this.timer = setTimeout(() => this.beat(), 150);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.button.setAttribute("aria-pressed", "false");
  }

  async beat() {
    const mine = this.timer;
    const more = this.deed();
    if (!(typeof more === "boolean" ? more : await more)) return this.stop();
    if (this.timer === mine) this.timer = setTimeout(() => this.beat(), this.pause());
  }
}
