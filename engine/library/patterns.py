"""The module `re`, for the patterns that tokenizers use: none that could take for ever, on texts that are not long."""

import re
from typing import Any, Final

from engine.errors import InputError, LimitError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Namespace, Native, Value, natives
from engine.messages import Message

_REPEATED_GROUP: Final = re.compile(r"(?<!\\)\)\s*[*+?{]")
_UNBOUNDED: Final = re.compile(r"(?<!\\)[*+]|\{\d*,\d*\}")
_CHOICES: Final = re.compile(r"(?<!\\)[?|]")
_MOST_CHOICES: Final = 8
"""Each `?` and each `|` may double what a search has to try."""
_SPECIAL: Final = re.compile(r"\(\?(?!:|P<)|\\[1-9]|\[\[|--|&&|~~|\|\|")
_MOST_PIECES: Final = 3
"""Pieces that repeat without an end."""
_MOST_STEPS: Final = 1_000_000_000
"""What a search may have to try at worst: the length of the text once more for each such piece, twice as much for each
choice."""
_FLAGS: Final = {"I": re.IGNORECASE, "IGNORECASE": re.IGNORECASE, "M": re.MULTILINE, "MULTILINE": re.MULTILINE}


def _compiled(pattern: Value, flags: Value = 0) -> re.Pattern[str]:
    """Raises `InputError` for a pattern that may go through a text again and again."""
    if isinstance(pattern, Instance) and "pattern" in pattern.attributes:
        pattern, flags = pattern.attributes["pattern"], pattern.attributes["flags"]
    if not isinstance(pattern, str) or len(pattern) > 400:
        raise InputError(
            Message("a pattern is a short text"), hint=Message("write for example re.findall(r'\\w+', text)")
        )
    many = len(_UNBOUNDED.findall(pattern)) > _MOST_PIECES or len(_CHOICES.findall(pattern)) > _MOST_CHOICES
    if many or _REPEATED_GROUP.search(pattern) or _SPECIAL.search(pattern):
        raise InputError(
            Message("this pattern could take very long: groups that repeat, and looking around, are not here"),
            hint=Message("repeat single characters or sets only, as in [a-z]+, or use split, strip and replace"),
        )
    try:
        return re.compile(pattern, int(flags) & (re.IGNORECASE | re.MULTILINE))
    except (re.error, OverflowError) as error:
        raise InputError(
            Message("the pattern cannot be read: {what}", what=str(error)[:80]),
            hint=Message("put a backslash before a character that is meant as it stands"),
        ) from None


def _taken(machine: Machine, pattern: re.Pattern[str], text: Value) -> str:
    """The text, if the pattern may be looked for in one so long."""
    if not isinstance(text, str):
        raise TypeError
    pieces, choices = len(_UNBOUNDED.findall(pattern.pattern)), len(_CHOICES.findall(pattern.pattern))
    most = int((_MOST_STEPS / 2**choices) ** (1 / (pieces + 1)))
    if len(text) > most:
        raise LimitError(
            Message("the text has more than {limit} characters, too many for this pattern", limit=most),
            hint=Message("look at it line by line"),
        )
    machine.worked(int(len(text) ** (pieces + 1) * 2**choices) // 8)
    machine.charge(1 + len(text) // 4)
    return text


def _found(match: re.Match[str] | None) -> Instance | None:
    if match is None:
        return None
    made = Instance(_MATCH)
    made.attributes["held"] = (match.group(), *match.groups())
    made.attributes["named"] = match.groupdict()
    made.attributes["place"] = match.span()
    return made


def _group(machine: Machine, self: Instance, *which: Value) -> Value:
    held, named = self.attributes["held"], self.attributes["named"]
    found = tuple(named[each] if isinstance(each, str) else held[each] for each in which or (0,))
    return found[0] if len(found) == 1 else found


_MATCH: Final = Class(
    "Match",
    (),
    natives(
        {
            "group": _group,
            "__getitem__": _group,
            "groups": lambda machine, self: self.attributes["held"][1:],
            "groupdict": lambda machine, self: dict(self.attributes["named"]),
            "span": lambda machine, self: self.attributes["place"],
            "start": lambda machine, self: self.attributes["place"][0],
            "end": lambda machine, self: self.attributes["place"][1],
        }
    ),
)


def _searching(name: str) -> Any:
    def called(machine: Machine, pattern: Value, string: Value, flags: Value = 0) -> Value:
        made = _compiled(pattern, flags)
        text = _taken(machine, made, string)
        if name == "finditer":
            return [_found(each) for each in made.finditer(text)]
        found = getattr(made, name)(text)
        return found if name == "findall" else _found(found)

    return called


def _split(machine: Machine, pattern: Value, string: Value, maxsplit: int = 0, flags: Value = 0) -> list[Value]:
    made = _compiled(pattern, flags)
    return made.split(_taken(machine, made, string), int(maxsplit))


def _sub(machine: Machine, pattern: Value, repl: Value, string: Value, count: int = 0, flags: Value = 0) -> str:
    made = _compiled(pattern, flags)
    text = _taken(machine, made, string)
    if not isinstance(repl, str):
        return made.sub(lambda match: str(machine.call(repl, [_found(match)])), text, int(count))
    machine.charge_text(len(repl) * (1 + len(text)))
    try:
        return made.sub(repl, text, int(count))
    except (re.error, IndexError):
        raise InputError(
            Message("the pattern cannot be read: {what}", what=repl[:40]),
            hint=Message("put a backslash before a character that is meant as it stands"),
        ) from None


_CALLS: Final = {
    **{name: _searching(name) for name in ("findall", "finditer", "match", "search", "fullmatch")},
    "split": _split,
    "sub": _sub,
}
_PATTERN: Final = Class("Pattern", (), natives(_CALLS))


def _compile(machine: Machine, pattern: Value, flags: Value = 0) -> Instance:
    _compiled(pattern, flags)
    made = Instance(_PATTERN)
    made.attributes |= {"pattern": pattern, "flags": flags}
    return made


PATTERNS: Final = Namespace(
    "re",
    {
        **natives({**_CALLS, "compile": _compile}),
        "escape": Native("escape", lambda machine, pattern: re.escape(pattern)),
        **{name: int(flag) for name, flag in _FLAGS.items()},
    },
)
