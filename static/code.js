/** Sentences of the server, in which code stands between backticks. */

/** @param {string} sentence @returns {(string|HTMLElement)[]} what it is made of, code as elements of its own */
export function withCode(sentence) {
  return sentence.split("`").map((piece, index) => (index % 2 ? Object.assign(document.createElement("code"), { textContent: piece }) : piece));
}
