"""A program run by Python with PyTorch and by the engine: what it prints, every leaf's gradient in every pass."""

import ast
import importlib
import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

import numpy as np

import engine
from tests import corpus

_RELATIVE: Final = 2e-4
_ABSOLUTE: Final = 2e-6
"""Of gradients; sums of float32 in another order leave that much, and training carries it on."""
_COPIED: Final = ("UnsafeViewBackward0", "ViewBackward0")
"""What `reshape` is called where PyTorch had to copy its operand, which depends on how that lies in memory."""
_NUMBER: Final = re.compile(r"-?(?:\d+\.?\d*(?:e[-+]?\d+)?|inf|nan)")


@dataclass(frozen=True, slots=True)
class Told:
    """What a program printed (after `!` the error that ended it), and the gradients of its leaves after each
    `backward()`, sorted."""

    printed: str
    gradients: list[list[list[float]]]

    @property
    def ended(self) -> bool:
        """Whether an error ended it."""
        return corpus.parted(self.printed)[1] is not None


def by_engine(source: str) -> Told:
    """The engine's answer."""
    try:
        run = engine.run(source)
    except engine.EngineError as error:
        return Told(f"!{error}\n", [])
    if not any(isinstance(node, ast.Attribute) and node.attr == "backward" for node in ast.walk(ast.parse(source))):
        return Told(run.printed, [])
    passes = [
        sorted(
            np.ravel(np.asarray(node.gradient)).tolist()
            for node in snapshot.nodes
            if node.kind == "parameter" and node.gradient is not None
        )
        for snapshot in run.passes
    ]
    return Told(run.printed, passes)


def by_pytorch(source: str) -> Told:
    """PyTorch's answer. NB: the source is executed; only sources that were written here are given."""
    torch: Any = importlib.import_module("torch")
    seen: list[list[list[float]]] = []
    plain = torch.Tensor.backward

    def noted(self: Any, *arguments: Any, **named: Any) -> None:
        leaves = _leaves(self)
        plain(self, *arguments, **named)
        seen.append(sorted(leaf.grad.flatten().tolist() for leaf in leaves))

    torch.Tensor.backward = noted
    try:
        return Told(corpus.under_pytorch(source), seen)
    finally:
        torch.Tensor.backward = plain


def _leaves(loss: Any) -> list[Any]:
    """The leaves a loss was made from, each once."""
    known, found, waiting = set(), {}, [loss.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or node in known:
            continue
        known.add(node)
        if hasattr(node, "variable"):
            found[id(node.variable)] = node.variable
        waiting += [each for each, _ in node.next_functions]
    return list(found.values())


def differing(ours: Told, theirs: Told) -> str | None:
    """What differs but for rounding, None if nothing does."""
    lines, others = ours.printed.split("\n"), theirs.printed.replace(*_COPIED).split("\n")
    for line, their_line in zip_longest(lines, others, fillvalue="nothing"):
        if not _same(line, their_line):
            return f"printed {line!r}, PyTorch {their_line!r}"
    if len(ours.gradients) != len(theirs.gradients):
        return f"{len(ours.gradients)} passes, PyTorch {len(theirs.gradients)}"
    for index, (mine, other) in enumerate(zip(ours.gradients, theirs.gradients, strict=True)):
        if [len(each) for each in mine] != [len(each) for each in other]:
            return f"pass {index}: gradients {mine}, PyTorch {other}"
        for one, two in zip(mine, other, strict=True):
            size = max([1.0, *map(abs, two)])
            if not np.allclose(one, two, rtol=_RELATIVE, atol=_ABSOLUTE * size * 2, equal_nan=True):
                return f"pass {index}: {one}, PyTorch {two}"
    return None


def _same(one: str, other: str) -> bool:
    """Whether two printed lines are the same but for the last digits of their numbers."""
    if one == other:
        return True
    if _NUMBER.sub("#", one) != _NUMBER.sub("#", other):
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(mine == theirs or _near(mine, theirs) for mine, theirs in pairs)


def _near(one: str, other: str) -> bool:
    a, b = float(one), float(other)
    mantissa, _, exponent = other.partition("e")
    last = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return "." in other and abs(a - b) <= max(_RELATIVE * abs(b), _ABSOLUTE, 1.01 * last)
