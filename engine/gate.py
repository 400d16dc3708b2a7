"""What a source must pass before Python's own parser sees it, since that parser can be made to crash."""

import re
import unicodedata

from engine.errors import LimitError, SourceError
from engine.limits import Limits
from engine.messages import Message

_TOKEN = re.compile(
    r"""(?P<space>[ \t\f]+|\\\n)
    |(?P<comment>\#[^\n]*)
    |(?P<newline>\n)
    |(?P<string>[rRbBuUfFtT]{0,2}(?:'''(?:[^\\]|\\.)*?(?:'''|\Z)|\"\"\"(?:[^\\]|\\.)*?(?:\"\"\"|\Z)
        |'(?:[^\\\n]|\\.)*'?|"(?:[^\\\n]|\\.)*"?))
    |(?P<number>0[xXoObB][0-9a-fA-F_]+|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?[jJ]?)
    |(?P<name>(?:\w|[^\x00-\x7F])+)
    |(?P<open>[(\[{])
    |(?P<close>[)\]}])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories no program needs: control, bidi and other format characters, surrogates, unassigned."""
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that show nothing: two names may look the same and differ in one of these."""


def check(source: str, *, limits: Limits) -> None:
    """Raises `LimitError` or `SourceError` unless the source is small, flat and free of unseen characters."""
    size = len(source.encode(errors="surrogatepass"))
    if size > limits.source_bytes:
        raise LimitError(
            Message("the source has {size} bytes; the limit is {limit}", size=size, limit=limits.source_bytes),
            hint=Message("keep the part you want to look at"),
        )
    _check_characters(source)
    if source.count("\n") + (not source.endswith("\n")) > limits.lines:
        raise _over(
            source,
            len(source),
            Message("the source has more than {limit} lines", limit=limits.lines),
            Message("keep the part you want to look at"),
        )
    _check_tokens(source, limits)


def _check_characters(source: str) -> None:
    for position, character in enumerate(source):
        if character.isascii() and (character.isprintable() or character in "\n\t"):
            continue
        if unicodedata.category(character) in _FORBIDDEN:
            raise _invisible(source, position)


def _check_tokens(source: str, limits: Limits) -> None:
    depth = tokens = 0
    number_end = -1
    shorter = Message("split it into several lines with names")
    for match in _TOKEN.finditer(source):
        kind = match.lastgroup
        if kind in ("space", "comment"):
            continue
        if kind == "newline":
            tokens = 0 if depth == 0 else tokens
            continue
        tokens += 1
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        start, text = match.start(), match.group()
        if depth > limits.brackets:
            message = Message("brackets are nested more than {limit} deep", limit=limits.brackets)
            raise _over(source, start, message, shorter)
        if tokens > limits.tokens:
            message = Message("this line has more than {limit} symbols", limit=limits.tokens)
            raise _over(source, start, message, shorter)
        if kind == "number":
            number_end = match.end()
            if _digits(text) > limits.digits:
                message = Message("this whole number has more than {limit} digits", limit=limits.digits)
                raise _over(source, start, message, Message("write it with an exponent, for example 1e20"))
        elif kind == "name":
            if start == number_end and text[0].isidentifier():
                raise _refusal(
                    source,
                    start,
                    Message("a number and a name stand side by side"),
                    Message("write * between them, for example 2*x"),
                )
            if unseen := _UNSEEN.search(text):
                raise _invisible(source, start + unseen.start())
            if len(unicodedata.normalize("NFKC", text)) > limits.name_characters:
                message = Message("this name has more than {limit} characters", limit=limits.name_characters)
                raise _over(source, start, message, Message("choose a shorter name"))
        elif kind == "string":  # f-strings hold code in places this gate does not look into
            raise _refusal(
                source,
                start,
                Message("text in quotes is not part of the language"),
                Message("use # for a remark"),
            )


def _digits(number: str) -> int:
    """How many digits a whole number has; a number with a point or an exponent is read in constant time."""
    whole = number[2:] if number[:2].lower() in ("0x", "0o", "0b") else number
    return len(whole.replace("_", "")) if not set(".eEjJ") & set(whole) or number[:2].lower() == "0x" else 0


def _invisible(source: str, position: int) -> SourceError:
    return _refusal(
        source,
        position,
        Message("there is an invisible character here: U+{code}", code=f"{ord(source[position]):04X}"),
        Message("delete it and type the line again"),
    )


def _over(source: str, position: int, message: Message, hint: Message) -> LimitError:
    line, column = _place(source, position)
    return LimitError(message, hint=hint, line=line, column=column)


def _refusal(source: str, position: int, message: Message, hint: Message) -> SourceError:
    line, column = _place(source, position)
    return SourceError(message, hint=hint, line=line, column=column)


def _place(source: str, position: int) -> tuple[int, int]:
    """Line and column, both from 1, of a character of the source."""
    before = source[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
