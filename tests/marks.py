"""Gradients of a whole run in a few numbers: every leaf in every pass, so that PyTorch's can be kept on file."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

import engine
from engine.dtypes import Array

FILE: Final = Path(__file__).parent / "data" / "program_gradients.json.gz"
Mark = tuple[int, float, float, float]
"""Of one gradient: how many elements, their sum, their sum with changing weights, the sum of their sizes. A gradient
that differs in one element, in its sign or in its order has another mark."""


def mark(gradient: Array) -> Mark:
    """The mark of a gradient."""
    flat = np.ravel(np.asarray(gradient, np.float64))
    weights = 1.0 + np.arange(flat.size) * 5 % 7
    return flat.size, _short(flat.sum()), _short((weights * flat).sum()), _short(np.abs(flat).sum())


def _short(number: float) -> float:
    return float(f"{number:.7g}")


def of_run(run: engine.Run) -> list[list[Mark]]:
    """The marks of all leaves that a pass has reached, pass by pass."""
    return [_of_pass(record.swept()) for record in run.passes.records]


def _of_pass(swept: Any) -> list[Mark]:
    copies, sweep = swept
    leaves = [each for each in copies.values() if each.first is None and each.requires_grad]
    return [mark(sweep.gradients[each]) for each in leaves if each in sweep.gradients]


class Watch:
    """Notes the leaves' gradients at every `backward()` of PyTorch, inside a `with`."""

    def __init__(self, torch: Any) -> None:
        self.torch = torch
        self.seen: list[list[Mark]] = []

    def __enter__(self) -> "Watch":
        self.plain = plain = self.torch.Tensor.backward

        def noted(tensor: Any, *arguments: Any, **named: Any) -> None:
            leaves = _leaves(tensor)
            plain(tensor, *arguments, **named)
            self.seen.append([mark(each.grad.detach().numpy()) for each in leaves])

        self.torch.Tensor.backward = noted
        return self

    def __exit__(self, *_: object) -> None:
        self.torch.Tensor.backward = self.plain


def _leaves(tensor: Any) -> list[Any]:
    found, waiting, known = [], [tensor.grad_fn], set()
    while waiting:
        node = waiting.pop()
        if node is not None and node not in known:
            known.add(node)
            if hasattr(node, "variable"):
                found.append(node.variable)
            waiting += [each for each, _ in node.next_functions]
    return found


def differences(ours: Sequence[Sequence[Mark]], theirs: Sequence[Sequence[Mark]]) -> list[str]:
    """Where two runs have other gradients; a leaf of one pass is found by its mark."""
    if len(ours) != len(theirs):
        return [f"{len(ours)} passes, and PyTorch has {len(theirs)}"]
    found = []
    for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        left = list(mine)
        for each in other:
            same = next((one for one in left if _near(one, each)), None)
            if same is None:
                found.append(f"pass {index}: none of {left} is {each}")
            else:
                left.remove(same)
        if len(mine) != len(other):
            found.append(f"pass {index}: {len(mine)} leaves, and PyTorch has {len(other)}")
    return found


def _near(one: Sequence[float], other: Sequence[float]) -> bool:
    """To five digits of the gradient's size: many single-precision steps lie before the last pass."""
    if one[0] != other[0]:
        return False
    slack = 1e-5 * max(one[3], other[3]) + 1e-6
    pairs = zip(one[1:], other[1:], (slack, 7 * slack, slack), strict=True)
    return all(a == b or abs(a - b) <= allowed for a, b, allowed in pairs)


def on_file() -> dict[str, list[list[Mark]]]:
    """PyTorch's marks by the name of the program."""
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        held: dict[str, list[list[Mark]]] = json.load(file)
    return held


def keep(marks: dict[str, list[list[Mark]]]) -> None:
    """Writes the marks down, the same bytes for the same marks."""
    text = json.dumps(marks, separators=(",", ":"), sort_keys=True)
    FILE.write_bytes(gzip.compress(text.encode(), mtime=0))
