"""What a source must pass before Python's own parser sees it, since that parser can be made to crash.

What Python recurses on is counted everywhere, in the fields of f-strings too. Their fields follow the rules of
Python 3.11 (no quotes of the string's own kind, no backslash, no comment), so that every Python reads them alike.
"""

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
        |'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?))
    |(?P<number>0[xXoObB][0-9a-fA-F_]+|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?[jJ]?)
    |(?P<name>(?:\w|[^\x00-\x7F])+)
    |(?P<open>[(\[{])
    |(?P<close>[)\]}])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(
    r"""\\(?:[\n\\'"abfnrtv]|[0-3][0-7]{2}|[0-7]{1,2}(?![0-7])|x[0-9a-fA-F]{2}
    |u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|U000(?:0(?![dD][89a-fA-F])|[1-9a-fA-F])[0-9a-fA-F]{4}|U0010[0-9a-fA-F]{4})""",
    re.VERBOSE,
)
"""What may follow a backslash in text: no name of a character, no surrogate, no octal beyond a byte."""
_COMMAND = re.compile(r"%?[%!][A-Za-z]")
_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories no program needs: control, bidi and other format characters, surrogates, unassigned."""
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that show nothing: two names may look the same and differ in one of these."""


def check(source: str, *, limits: Limits) -> list[int]:
    """Raises `LimitError` or `SourceError` unless the source is small, flat and free of unseen characters. Gives
    the lines that are commands of a notebook, such as `%matplotlib inline`, which Python does not read."""
    size = len(source.encode(errors="surrogatepass"))
    if size > limits.source_bytes:
        within = source.encode(errors="surrogatepass")[: limits.source_bytes].decode(errors="ignore")
        raise LimitError(
            Message("the source has {size} bytes; the limit is {limit}", size=size, limit=limits.source_bytes),
            hint=Message("keep the part you want to look at"),
            line=within.count("\n") + 1,
            column=len(within) - within.rfind("\n"),
        )
    _check_characters(source)
    if source.count("\n") + (not source.endswith("\n")) > limits.lines:
        raise _over(
            source,
            len(source),
            Message("the source has more than {limit} lines", limit=limits.lines),
            Message("keep the part you want to look at"),
        )
    counts = _Counts()
    _scan(source, 0, len(source), counts, limits, in_field=False)
    return counts.commands


def _check_characters(source: str) -> None:
    for position, character in enumerate(source):
        if character.isascii() and (character.isprintable() or character in "\n\t"):
            continue
        if unicodedata.category(character) in _FORBIDDEN:
            raise _invisible(source, position)


class _Counts:
    """What has been seen of the logical line: open brackets, symbols. `item` is what stands since the last comma or
    open bracket: a number and its comma in a list of data cost nothing. `commands`: lines that begin with % or !."""

    __slots__ = ("commands", "depth", "item", "tokens")

    def __init__(self) -> None:
        self.depth = self.tokens = 0
        self.item = ""
        self.commands: list[int] = []

    def see(self, kind: str | None, text: str) -> None:
        """Counts one symbol."""
        self.tokens += 1
        if kind == "open":
            self.depth += 1
        elif kind == "close":
            self.depth = max(0, self.depth - 1)
        if kind == "open" or text == ",":
            if text == "," and self.item in ("n", "-n"):
                self.tokens -= len(self.item) + 1
            self.item = ""
        else:
            self.item = (self.item + ("n" if kind == "number" else text[0]))[:3]


def _scan(source: str, start: int, end: int, counts: _Counts, limits: Limits, *, in_field: bool) -> int:
    """Counts the symbols from `start` on; in a field of an f-string up to its closing brace, whose place it returns."""
    outer = counts.depth
    number_end = -1
    position = start
    while position < end:
        match = _TOKEN.match(source, position, end)
        assert match is not None  # the last alternative takes any character
        kind, text, position = match.lastgroup, match.group(), match.end()
        start = match.start()
        if in_field and (text == "#" or kind == "comment" or "\\" in text):
            raise _refusal(
                source,
                start,
                Message("there is a remark or a backslash inside the braces of this text"),
                Message("compute the value on a line of its own, then put its name in the braces"),
            )
        if kind in ("space", "comment"):
            continue
        if kind == "newline":
            if counts.depth == 0:
                counts.tokens, counts.item = 0, ""
            continue
        if text in "%!" and _COMMAND.match(source, start) and not (in_field or counts.depth or counts.tokens):
            counts.commands.append(source.count("\n", 0, start) + 1)
            position = end if (line_end := source.find("\n", start)) < 0 else line_end
            continue
        if in_field and counts.depth == outer and text in "}:":
            return start if text == "}" else _scan_format(source, position, end, counts, limits)
        _count(source, start, kind, text, counts, limits)
        if kind == "number":
            number_end = position
            _check_number(source, start, text, limits)
        elif kind == "name":
            if start == number_end and text[0].isidentifier():
                raise _refusal(
                    source,
                    start,
                    Message("a number and a name stand side by side"),
                    Message("write * between them, for example 2*x"),
                )
            _check_name(source, start, text, limits)
        elif kind == "string":
            _check_string(source, start, text, counts, limits)
    return -1


def _count(source: str, start: int, kind: str | None, text: str, counts: _Counts, limits: Limits) -> None:
    counts.see(kind, text)
    if counts.depth <= limits.brackets and counts.tokens <= limits.tokens:
        return
    shorter = Message("split it into several lines with names")
    if counts.depth > limits.brackets:
        message = Message("brackets are nested more than {limit} deep", limit=limits.brackets)
        raise _over(source, start, message, shorter)
    message = Message("this line has more than {limit} symbols", limit=limits.tokens)
    raise _over(source, start, message, shorter)


def _check_number(source: str, start: int, text: str, limits: Limits) -> None:
    if _digits(text) > limits.digits:
        message = Message("this whole number has more than {limit} digits", limit=limits.digits)
        raise _over(source, start, message, Message("write it with an exponent, for example 1e20"))


def _check_name(source: str, start: int, text: str, limits: Limits) -> None:
    if unseen := _UNSEEN.search(text):
        raise _invisible(source, start + unseen.start())
    if len(unicodedata.normalize("NFKC", text)) > limits.name_characters:
        message = Message("this name has more than {limit} characters", limit=limits.name_characters)
        raise _over(source, start, message, Message("choose a shorter name"))


def _check_string(source: str, start: int, text: str, counts: _Counts, limits: Limits) -> None:
    prefix = text[: min(text.find(quote) for quote in "'\"" if quote in text)]
    quotes = 3 if text[len(prefix) : len(prefix) + 3] in ("'''", '"""') else 1
    first, last = start + len(prefix) + quotes, start + len(text) - quotes
    if last < first or source[last : last + quotes] != source[first - quotes : first] or _escaped(source, first, last):
        raise _refusal(
            source,
            start,
            Message("this text is not closed"),
            Message("put the same quotation mark at its end"),
        )
    lowered = prefix.lower()
    if "t" in lowered:
        raise _refusal(
            source,
            start,
            Message("text with the prefix {prefix} is not part of the language", prefix=prefix),
            Message("leave the prefix out"),
        )
    if "r" not in lowered:
        _check_escapes(source, first, last)
    if "f" in lowered:
        _scan_fields(source, first, last, counts, limits)


def _check_escapes(source: str, first: int, last: int) -> None:
    """Python only warns of an unknown escape, and warnings are not the engine's to give."""
    position = source.find("\\", first, last)
    while position >= 0:
        match = _ESCAPE.match(source, position, last)
        if match is None:
            raise _refusal(
                source,
                position,
                Message("this backslash stands for nothing"),
                Message("write two backslashes where you mean one"),
            )
        position = source.find("\\", match.end(), last)


def _escaped(source: str, first: int, last: int) -> bool:
    """Whether the closing quotation mark is itself escaped."""
    before = source[first:last]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _scan_fields(source: str, first: int, last: int, counts: _Counts, limits: Limits) -> None:
    """Counts the code in the braces of an f-string."""
    position = first
    while position < last:
        character = source[position]
        if character in "{}" and source[position : position + 2] == character * 2 and position + 1 < last:
            position += 2
        elif character == "{":
            _count(source, position, "open", "{", counts, limits)
            close = _scan(source, position + 1, last, counts, limits, in_field=True)
            if close < 0:
                raise _braces(source, position)
            _count(source, close, "close", "}", counts, limits)
            position = close + 1
        elif character == "}":
            raise _braces(source, position)
        else:
            position += 1


def _scan_format(source: str, position: int, end: int, counts: _Counts, limits: Limits) -> int:
    """The place of the brace that ends a field, after a format such as `.{digits}f`."""
    while position < end:
        if source[position] == "}":
            return position
        if source[position] == "{":
            _count(source, position, "open", "{", counts, limits)
            position = _scan(source, position + 1, end, counts, limits, in_field=True)
            if position < 0:
                return -1
            _count(source, position, "close", "}", counts, limits)
        position += 1
    return -1


def _braces(source: str, position: int) -> SourceError:
    return _refusal(
        source,
        position,
        Message("the braces of this text do not match"),
        Message("write {{{{ or }}}} for a brace that is meant as text"),
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
