/**
 * The editor, as much of CodeMirror as the page uses and nothing else.
 *
 * `build.mjs` bundles this file into `static/vendor/codemirror.js`; the page imports from there, and the
 * type checker reads the types from here. A name that is not exported here costs the reader nothing.
 */
export { autocompletion, completionKeymap } from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
export { python } from "@codemirror/legacy-modes/mode/python";
export { setDiagnostics } from "@codemirror/lint";
export { EditorState } from "@codemirror/state";
export { EditorView, keymap, lineNumbers, tooltips } from "@codemirror/view";
export { tags } from "@lezer/highlight";
