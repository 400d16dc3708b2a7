"""What a notebook or a session puts around a program: commands of the notebook, and the prompts of a copied session."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_PROMPT: Final = re.compile(r"(?:>>>|\.\.\.)(?: |$)|In \[\d*\]: ")
_FIRST: Final = re.compile(r"^(?:>>> |In \[\d*\]: )", re.MULTILINE)


class Told(NamedTuple):
    """The program without its prompts, and how many characters each line has lost at its start."""

    code: str
    shifts: dict[int, int]


def without_prompts(text: str) -> Told:
    """A session as a program: what stands behind prompts; what was printed between them is left blank."""
    if not _FIRST.search(text):
        return Told(text, {})
    lines, shifts = [], {}
    for number, line in enumerate(text.split("\n"), 1):
        found = _PROMPT.match(line)
        lines.append(line[found.end() :] if found else "")
        shifts[number] = found.end() if found else 0
    return Told("\n".join(lines), shifts)


def without_commands(code: str, numbers: Iterable[int]) -> str:
    """The program with `pass` in the lines that speak to the notebook."""
    lines = code.split("\n")
    for number in numbers:
        line = lines[number - 1]
        lines[number - 1] = line[: len(line) - len(line.lstrip())] + "pass"
    return "\n".join(lines)
