/** New contents for an element, of which only what is new is made: the browser lays out and styles nothing else again. */

/** @param {Element} element @param {string} html escaped by the server */
export function refill(element, html) {
  if (!/[<&]/.test(html)) {
    const [only] = element.childNodes;
    if (element.childNodes.length === 1 && only instanceof Text) only.data = html;
    else element.textContent = html;
    return;
  }
  const wanted = /** @type {Element} */ (element.cloneNode(false)); // within <math>, tags have other meanings
  wanted.innerHTML = html;
  children(element, wanted);
}

/** @param {Node} shown @param {Node} wanted is used up */
function children(shown, wanted) {
  let old = shown.firstChild;
  let fresh = wanted.firstChild;
  while (old && fresh) {
    const [after, next] = [old.nextSibling, fresh.nextSibling];
    if (!alike(old, fresh)) shown.replaceChild(fresh, old);
    else if (old instanceof Text) {
      if (old.data !== fresh.nodeValue) old.data = fresh.nodeValue ?? "";
    } else children(old, fresh);
    [old, fresh] = [after, next];
  }
  while (old) {
    const after = old.nextSibling;
    shown.removeChild(old);
    old = after;
  }
  while (fresh) {
    const next = fresh.nextSibling;
    shown.appendChild(fresh);
    fresh = next;
  }
}

/** Whether one can become the other by new contents. @param {Node} old @param {Node} fresh */
function alike(old, fresh) {
  if (old.nodeName !== fresh.nodeName) return false;
  if (!(old instanceof Element && fresh instanceof Element)) return true;
  if (old.attributes.length !== fresh.attributes.length) return false;
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) return false;
  return true;
}
