"""Free names of a source that were given no value: which they are, where they stand, and what to do about it."""

import difflib
from collections.abc import Collection, Mapping
from typing import Final

from engine.errors import InputError, SourceError
from engine.language.calls import closed
from engine.language.reading import Span
from engine.messages import Message


def require(free: Mapping[str, Span], inputs: Collection[str], known: Collection[str] = ()) -> None:
    """Raises `InputError`, or `SourceError` where a name can be no leaf, for the first free name without a value.
    `known` are the names of a program, of which one may have been meant."""
    missing = {name: span for name, span in free.items() if name not in inputs}
    if missing:
        line, column, *_ = next(iter(missing.values()))
        for name, (place, offset, *_) in missing.items():
            refused = _never_given(name)
            if refused is not None:
                raise SourceError(refused[0], hint=refused[1], line=place, column=offset + 1)
        first = next(iter(missing))
        if near := difflib.get_close_matches(first, [each for each in known if each not in free], n=1, cutoff=0.75):
            raise InputError(
                Message("{names} has no value", names=f"`{first}`"),
                hint=Message("did you mean `{name}`?", name=near[0]),
                line=line,
                column=column + 1,
            )
        names = ", ".join(f"`{name}`" for name in missing)
        example = ", ".join(f'"{name}": 1.0' for name in missing)
        raise InputError(
            Message("{names} has no value", names=names)
            if len(missing) == 1
            else Message("{names} have no value", names=names),
            hint=Message(
                "give inputs such as {{{example}}}, or a line such as {name} = 1.0",
                example=example,
                name=first,
            ),
            line=line,
            column=column + 1,
        )


def _never_given(name: str) -> tuple[Message, Message] | None:
    """Message and hint for a free name that is no leaf: a module without its import, a way into Python itself."""
    if name in _IMPORTS:
        return (
            Message("`{name}` is not imported", name=name),
            Message("begin the program with {line}", line=_IMPORTS[name]),
        )
    hint = closed(name) if name not in _ALSO_LEAVES else None
    return (Message("`{name}` is not part of the language", name=name), hint) if hint else None


_ALSO_LEAVES: Final = frozenset({"input", "open", "dir", "vars", "help", "exit", "quit", "bytes"})
"""Functions of Python that are not here, and may well be what somebody calls a number."""
_IMPORTS: Final = {
    "torch": "import torch",
    "nn": "import torch.nn as nn",
    "F": "import torch.nn.functional as F",
    "optim": "import torch.optim as optim",
    "np": "import numpy as np",
    "math": "import math",
    "random": "import random",
}
"""What is often forgotten."""
