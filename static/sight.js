/** Keeps what a step is about in sight in a text that scrolls. Places are measured once per size, not at each step. */

const AROUND = 12; // px of what stands before and after

export class Sight {
  /** @param {HTMLElement} place that scrolls */
  constructor(place) {
    this.place = place;
    this.top = 0; // px of the text that are above what is seen of it
    this.height = Infinity; // px that are seen of it
    /** @type {Map<Element, {top: number, bottom: number}>} px from the top of the text */
    this.places = new Map();
    /** @type {[Element, Element]|null} what is to be seen */
    this.wanted = null;
    place.addEventListener("scroll", () => (this.top = place.scrollTop), { passive: true });
    new ResizeObserver(() => {
      this.height = place.scrollHeight > place.clientHeight ? place.clientHeight : Infinity;
      this.places.clear();
      if (this.wanted) this.show(...this.wanted);
    }).observe(place);
  }

  /** @param {Element} first @param {Element} last of the elements to be seen */
  show(first, last) {
    this.wanted = [first, last];
    if (this.height < Infinity) this.reveal(this.of(first).top, this.of(last).bottom);
  }

  /** @param {number} top @param {number} bottom px from the top of the text */
  reveal(top, bottom) {
    const { height } = this;
    if (top >= this.top && bottom <= this.top + height) return;
    this.place.scrollTop = this.top = bottom - top > height || top < this.top ? top - AROUND : bottom + AROUND - height;
  }

  /** @param {Element} element */
  of(element) {
    let found = this.places.get(element);
    if (!found) {
      const [{ top, bottom }, around] = [element.getBoundingClientRect(), this.place.getBoundingClientRect()];
      const shift = this.place.scrollTop - around.top;
      this.places.set(element, (found = { top: top + shift, bottom: bottom + shift }));
    }
    return found;
  }
}
