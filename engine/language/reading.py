"""Reads a source into Python's tree: gate, then Python's parser; and says where in the source a node stands."""

import ast
import re
import unicodedata
from typing import Final

from engine.errors import EngineError, SourceError
from engine.language import gate, notebook
from engine.limits import DEFAULT, Limits
from engine.messages import Message

Span = tuple[int, int, int, int]
"""First line, first column, last line, column after the last; lines from 1, columns from 0, in characters."""


class Source:
    """One source and its tree, and its `commands`, lines that speak to a notebook and are passed over. Raises
    `SourceError` or `LimitError` with line, column and a hint."""

    def __init__(self, text: str, *, limits: Limits = DEFAULT) -> None:
        self.text = text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.lines = text.split("\n")
        self._plain = text.isascii()
        code, self._shifts = notebook.without_prompts(text)
        try:
            self.commands = gate.check(code, limits=limits)
            self._code = code.split("\n")
            self.tree = self._parsed(notebook.without_commands(code, self.commands))
            if self.commands and all(isinstance(each, ast.Pass) for each in self.tree.body):
                self.tree = self._parsed(code)  # which refuses it: commands alone are no program
        except EngineError as error:
            if error.line is not None and error.column is not None:
                error.column += self._shifts.get(error.line, 0)
            raise

    def _parsed(self, code: str) -> ast.Module:
        try:
            return ast.parse(code)
        except SyntaxError as error:
            line, column = error.lineno or 1, error.offset or 1
            line = min(line, len(self._code))
            raise SourceError(
                Message("this is not a complete formula")
                if not _PROGRAM.search(code)
                else Message("this line cannot be read as it stands"),
                hint=_advice(error, self._code[line - 1]),
                line=line,
                column=max(1, min(column, len(self._code[line - 1]) + 1)),
            ) from None
        except (ValueError, MemoryError, RecursionError, OverflowError):
            raise SourceError(
                Message("this source cannot be read"),
                hint=Message("write it in shorter lines"),
                line=1,
                column=1,
            ) from None

    def span(self, node: ast.AST) -> Span:
        """Where the node stands."""
        if not self._shifts and self._plain:  # the common case: a column is a column
            try:
                return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
            except AttributeError:  # a part of something, such as an operator, which has no place of its own
                pass
        line: int = getattr(node, "lineno", 1)
        last: int = getattr(node, "end_lineno", None) or line
        end = self._characters(last, getattr(node, "end_col_offset", None) or 0)
        return line, self._characters(line, getattr(node, "col_offset", 0)), last, end

    def written(self, node: ast.AST) -> str:
        """The node as it stands in the source, on one line."""
        line, column, last, end = self.span(node)
        if line == last:
            return self.lines[line - 1][column:end]
        return " ".join(
            part.strip()
            for part in (self.lines[line - 1][column:], *self.lines[line : last - 1], self.lines[last - 1][:end])
        )

    def refusal(self, node: ast.AST, message: Message, hint: Message | None) -> SourceError:
        """An error that points at the node."""
        line, column, *_ = self.span(node)
        return SourceError(message, hint=hint, line=line, column=column + 1)

    def _characters(self, line: int, offset: int) -> int:
        """Python counts columns in UTF-8 bytes; people count characters."""
        text = self._code[line - 1]
        characters = offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))
        return characters + self._shifts.get(line, 0)


def normal_name(name: str) -> str:
    """A name as Python reads it: `𝓍` is `x`."""
    return unicodedata.normalize("NFKC", name)


_PROGRAM: Final = re.compile(
    r"^\s*(?:import|from|def|class|for|while|if|with|print|return)\b|requires_grad", re.MULTILINE
)
_FULL_WIDTH: Final = dict(zip("（）［］｛｝，：；＝＋－＊／“”‘’。、！＜＞", "()[]{},:;=+-*/\"\"''.,!<>", strict=True))
"""What a Chinese keyboard types, and what is meant."""


def _advice(error: SyntaxError, written: str) -> Message:
    text = error.msg or ""
    if "invalid character" in text or "non-printable" in text:
        found = next((each for each in written if each in _FULL_WIDTH), None)
        if found is not None:
            return Message(
                "`{found}` is a character of Chinese text: set the keyboard to English and write `{meant}`",
                found=found,
                meant=_FULL_WIDTH[found],
            )
        return Message("this character is not part of the language; is the keyboard set to English?")
    if "never closed" in text:
        return Message("a bracket is still open")
    if "unmatched" in text or "does not match" in text:
        return Message("a bracket is closed that was never opened")
    if "unterminated" in text:
        return Message("a text is not closed: a quotation mark is missing")
    if "expected an indented block" in text:
        return Message("the lines that belong to it stand further to the right")
    if "indent" in text or "unindent" in text or "tabs" in text:
        return Message("lines of one block start at the same column")
    if "expected ':'" in text:
        return Message("a colon is missing at the end of this line")
    if "Missing parentheses in call to 'print'" in text:
        return Message("print is a function: write print(…)")
    if "instead of '='" in text:
        return Message("`=` gives a name its value; to compare, write `==`")
    if "forgot a comma" in text:
        return Message("a comma or an operator is missing here")
    if "cannot assign" in text or "cannot delete" in text:
        return Message("only a name, an attribute or an item can be given a value")
    return Message("an operator or an operand is missing here")
