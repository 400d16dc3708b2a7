"""Operations that a program defines itself: its own `forward`, and its own rule for the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from engine.dtypes import Value
from engine.ops.row import REQUIRED, Structural
from engine.origin import Span


class Rule(Protocol):
    """What the program says of one call of its function."""

    @property
    def span(self) -> Span | None:
        """Where its `backward` stands in the source."""

    def forward(self, operands: Sequence[Value]) -> Value:
        """The value for other operands. Raises `EngineError` if the program refuses them."""

    def backward(self, upstream: Any, operands: Sequence[Any], out: Any) -> Sequence[Any]:
        """What each operand gets, None for those that get nothing: bare values, or tensors if `upstream` is one."""

    def again(self, operands: Sequence[Any]) -> Any:
        """The call with other tensors: a result with a rule of its own."""

    def held(self) -> int:
        """How many numbers are kept for the way back and of what it said, besides operands and result."""

    def saves(self, operand: Any = None) -> bool:
        """Whether the way back needs the value of that operand (None: whether it has needed any)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Defined(Structural):
    """One call of a function of the program; each has a row, since each keeps something else for the way back."""

    rule: Rule

    def compute(self, operands: Sequence[Any], attributes: Sequence[Any]) -> Value:
        return self.rule.forward(operands)

    def contribution(
        self, index: int, upstream: Any, operands: Sequence[Any], attributes: Sequence[Any], out: Any
    ) -> Any:
        return self.rule.backward(upstream, operands, out)[index]


def defined(name: str, operands: Mapping[str, int], settings: Sequence[str], rule: Rule, *, alone: bool) -> Defined:
    """The row of a call. `operands` are the tensors it was given, by name, with their places among all its arguments
    (`alone`: there is no other), `settings` the names of what else is shown."""
    latex = name.replace("_", r"\_")
    places = [""] if alone else [f"[{place}]" for place in operands.values()]
    return Defined(
        name=name,
        glyph=name,
        operands=tuple(operands),
        attributes=dict.fromkeys(settings, REQUIRED),
        array=np.asarray,
        vjp=(),
        shown=tuple((f"backward(G){each}", rf"\text{{{latex}.backward}}(G){each}") for each in places),
        kink=KINK,
        rule=rule,
        english=RULE[0],
        chinese=RULE[1],
    )


RULE: Final = (
    "This rule is the program's own: what its backward returns is what each operand gets.",
    "这条规则是程序自己写的：它的 backward 返回什么，各操作数就得到什么。",
)
"""The sentence about every function of a program, in English and Chinese."""
KINK: Final = (
    "At a kink every slope between the two can be defended.",
    "在折点处，介于两者之间的任何斜率都说得通。",
)
