/** The source: CodeMirror with the step's span lit and errors underlined where they are. */

import {
  bracketMatching,
  autocompletion,
  completionKeymap,
  defaultKeymap,
  EditorState,
  EditorView,
  HighlightStyle,
  history,
  historyKeymap,
  keymap,
  lineNumbers,
  python,
  setDiagnostics,
  StreamLanguage,
  syntaxHighlighting,
  tags,
  tooltips,
} from "./vendor/codemirror.js";

const colours = HighlightStyle.define([
  { tag: tags.number, color: "var(--value)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: tags.operator, color: "var(--local)" },
  { tag: tags.string, color: "var(--muted)" },
]);

const look = EditorView.theme({
  "&": { fontSize: "inherit" },
  ".cm-content": { fontFamily: "inherit", padding: "8px 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 16px 0 8px" },
  ".cm-lineNumbers .cm-gutterElement": { cursor: "pointer" },
  ".cm-gutters": { background: "transparent", border: "0", color: "var(--muted)", minWidth: "34px" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "inherit" },
  ".cm-tooltip": { background: "var(--panel)", color: "var(--ink)", border: "1px solid var(--outline)", borderRadius: "8px" },
  ".cm-diagnostic": { fontFamily: "var(--sans)", fontSize: "13.5px", borderLeft: "3px solid var(--alarm)" },
  "&.cm-focused": { outline: "2px solid var(--value)", outlineOffset: "-2px" },
  ".cm-line::highlight(value), .cm-line *::highlight(value)": { backgroundColor: "var(--value-soft)", textDecoration: "underline 2px var(--value)" },
  ".cm-line::highlight(gradient), .cm-line *::highlight(gradient)": { backgroundColor: "var(--gradient-soft)", textDecoration: "underline 2px var(--gradient)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { background: "var(--value-soft)", color: "var(--ink)" },
});

export class Editor {
  /**
   * @param {HTMLElement} place
   * @param {string} source
   * @param {(source: string) => void} changed
   * @param {(line: number) => void} follow a line's number was clicked, or Ctrl+Enter pressed in it
   * @param {import("./sight.js").Sight} sight what is seen of it
   */
  constructor(place, source, changed, follow, sight) {
    this.sight = sight;
    place.replaceChildren();
    const root = place.attachShadow({ mode: "open" }); // CodeMirror's style sheets may be adopted here without inline styles
    /** @type {{span: [number, number, number, number]|null|undefined, phase: string}} */
    this.lit = { span: null, phase: "" };
    this.view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: source,
        extensions: [
          lineNumbers({
            domEventHandlers: {
              click: (view, block) => {
                follow(view.state.doc.lineAt(block.from).number);
                return true;
              },
            },
          }),
          keymap.of([{ key: "Mod-Enter", run: ({ state }) => (follow(state.doc.lineAt(state.selection.main.head).number), true) }]),
          history(),
          bracketMatching(),
          autocompletion({ override: [completions((place.dataset.operations ?? "").split(" "))], icons: false, selectOnOpen: false }),
          tooltips({ tooltipSpace: uncovered }),
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          StreamLanguage.define(python),
          syntaxHighlighting(colours),
          look,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": place.parentElement?.getAttribute("aria-label") ?? "" }),
          EditorView.domEventHandlers({
            // Chromium would give the text it puts in place of a coloured one an inline style, which the page forbids.
            beforeinput(event, view) {
              if (event.inputType !== "insertText" || !event.data || view.state.selection.main.empty) return false;
              view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
              return true;
            },
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) this.light(null, "");
            else this.light(this.lit.span, this.lit.phase); // the editor may have put new text nodes in place of the old
            if (update.docChanged) changed(this.source);
          }),
        ],
      }),
    });
    this.number();
  }

  /** Shows no line number before it stands beside its line: the editor learns only in the next frame how high lines are. */
  number() {
    const gutters = /** @type {HTMLElement} */ (this.view.dom.querySelector(".cm-gutters"));
    gutters.style.visibility = "hidden";
    this.view.requestMeasure({ read: () => null, write: () => void gutters.style.removeProperty("visibility") });
  }

  get source() {
    return this.view.state.doc.toString();
  }

  focus() {
    this.view.focus();
  }

  /**
   * Lights the piece of source a step is about, without touching the editor's own text: a step costs no layout.
   * @param {[number, number, number, number]|null|undefined} span lines from 1, columns from 0, in characters
   * @param {string} phase
   */
  light(span, phase) {
    this.lit = { span, phase };
    CSS.highlights?.delete("value");
    CSS.highlights?.delete("gradient");
    if (!span || !CSS.highlights) return;
    const [start, end] = [this.position(span[0], span[1]), this.position(span[2], span[3])];
    const [from, to] = [this.view.domAtPos(start), this.view.domAtPos(end)];
    const range = new Range();
    range.setStart(from.node, from.offset);
    range.setEnd(to.node, to.offset);
    CSS.highlights?.set(phase === "forward" ? "value" : "gradient", new Highlight(range));
    const { documentPadding, hasFocus } = this.view;
    if (!hasFocus) this.sight.reveal(this.view.lineBlockAt(start).top + documentPadding.top, this.view.lineBlockAt(end).bottom + documentPadding.top);
  }

  /**
   * Underlines what is wrong, from the given place to the end of the word; nothing without a place.
   * @param {{line?: number, column?: number, message: string}|null} problem line and column from 1
   */
  underline(problem) {
    /** @type {import("@codemirror/lint").Diagnostic[]} */
    const found = [];
    if (problem?.line) {
      const from = this.position(problem.line, (problem.column ?? 1) - 1);
      const line = this.view.state.doc.lineAt(from);
      const word = /^[\p{ID_Continue}.]+|^./u.exec(line.text.slice(from - line.from));
      const to = Math.min(line.to, from + (word ? word[0].length : 1));
      found.push({ from: Math.min(from, Math.max(line.from, to - 1)), to, severity: "error", message: problem.message });
    }
    this.view.dispatch(setDiagnostics(this.view.state, found));
  }

  /** @param {number} line from 1 @param {number} column from 0, in characters */
  position(line, column) {
    const { doc } = this.view.state;
    const { from, to, text } = doc.line(Math.min(Math.max(1, line), doc.lines));
    return Math.min(to, from + [...text].slice(0, column).join("").length);
  }
}

/** What is seen of the page: on a phone the timeline lies over its lower end, and over a long program what is wrong with it. @returns {{top: number, left: number, bottom: number, right: number}} */
function uncovered() {
  const { clientWidth: right, clientHeight: height } = document.documentElement;
  const seen = window.visualViewport ? Math.min(height, window.visualViewport.offsetTop + window.visualViewport.height) : height; // less under a keyboard
  const bar = document.querySelector(".timeline");
  const covered = bar && getComputedStyle(bar).position === "fixed" ? bar.getBoundingClientRect().top : seen;
  const [wrong, text] = ["problem", "editor"].map((id) => document.getElementById(id)?.getBoundingClientRect());
  const told = wrong?.height && text && wrong.top < text.bottom ? wrong.top : seen;
  return { top: 0, left: 0, bottom: Math.min(seen, covered, told), right };
}

/** @param {string[]} operations @returns {import("@codemirror/autocomplete").CompletionSource} */
function completions(operations) {
  const options = operations.map((label) => ({ label, type: "function", apply: `${label}(` }));
  return (context) => {
    const word = context.matchBefore(/\w+/);
    return !word || (word.from === word.to && !context.explicit) ? null : { from: word.from, options };
  };
}
