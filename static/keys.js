/** One key, one deed. Keys belong to the page unless somebody is typing. */

/**
 * @param {Record<string, (event: KeyboardEvent) => unknown>} deeds by `event.key`, with `Shift+` in front where it
 *   matters; one that answers false has left the key to the browser
 */
export function listen(deeds) {
  const dialogs = [...document.querySelectorAll("dialog")];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (dialogs.some((dialog) => dialog.open) || isTyping(event.composedPath()[0])) return;
    const arrow = event.key.startsWith("Arrow");
    const deed = deeds[event.shiftKey && arrow ? `Shift+${event.key}` : event.key] ?? deeds[event.key.toLowerCase()];
    if (event.key === " " && isPressable(event.target)) return press(event);
    if (deed && deed(event) !== false) event.preventDefault();
  });
}

/** @param {EventTarget|undefined} target */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.id !== "scrub" && target.id !== "pass";
  return target.isContentEditable || target.matches("textarea, select");
}

/** @param {KeyboardEvent} event Space, which presses buttons by itself, but not links that act as buttons */
function press(event) {
  if (!(event.target instanceof HTMLAnchorElement) || event.target.role !== "button") return;
  event.preventDefault();
  event.target.click();
}

/** @param {EventTarget|null} target */
function isPressable(target) {
  return target instanceof HTMLElement && target.matches("a, button, summary");
}
