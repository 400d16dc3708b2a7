"""Where a tensor comes from in a program: kind, name, place in the source, scope."""

from typing import Literal, NamedTuple

Span = tuple[int, int, int, int]
"""Where in the source: first line, first column, last line, column after the last; lines from 1, columns
from 0, in characters."""

Kind = Literal["leaf", "parameter", "constant", "op"]
"""leaf: a named input; parameter: a leaf that is trained; constant: a literal; op: a result."""


class Origin(NamedTuple):
    """What a program says of a tensor: its kind where no operation made it, its name (None: it has none), its
    place in the source, and the functions, loop iterations and modules it was made in."""

    kind: Kind = "op"
    name: str | None = None
    span: Span | None = None
    scope: tuple[str, ...] = ()
