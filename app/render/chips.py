"""What stands on an edge, and the room it takes: the local derivative, the arithmetic, the rule for a tensor.

Room is reserved for the widest text there can be, never for the numbers of the moment: arithmetic that is too wide
for one line goes on two or three. So other numbers move nothing and cover nothing.
"""

import math
from collections.abc import Mapping
from functools import cache

from app.render import labels, rows
from app.render.arrays import shape, shape_text, single
from app.render.numbers import LONGEST
from app.render.text import width as text_width
from engine.snapshot import BackwardStep, Node

SIZE = 11.5  # px of the type
SMALL = 10.5  # px of the type of shapes
WIDEST = 120.0  # px; holds fourteen characters, and so each number of the arithmetic with its sign of operation
WIDEST_RULE = 216.0
LINE = 15.0  # px from line to line
LINES = 3  # of the longest arithmetic
CHARACTERS = 14  # of one line on an edge
_RULE = 26  # characters of a tensor's rule on its edge; the panel has all of it
_GRAIN = 8.0
_LONGEST = f"{'8' * LONGEST} → {'8' * LONGEST}"

Box = tuple[float, float]
"""Width and height in px."""

PRODUCTS = frozenset({"matmul", "mm", "mv", "dot", "bmm"})
"""Operations that are a matrix product of their two operands."""


def room(step: BackwardStep, target: Node, nodes: Mapping[str, Node]) -> Box:
    """What is reserved on an edge; without the numbers."""
    if not is_tensor(step):
        return ARITHMETIC
    texts = [rule(step)], [_LONGEST if _own_numbers(step, target) else shapes(step, target, nodes)]
    if step.broadcast:
        texts[0].append(sum_rule(step.broadcast))
        texts[1].append(shape_change(shape(step.contribution), nodes[step.node].shape))
    widest = max(*(_padded(text, SIZE) for text in texts[0]), *(_padded(text, SMALL) for text in texts[1]))
    return min(WIDEST_RULE, _GRAIN * math.ceil(widest / _GRAIN)), height(2)


def height(lines: int) -> float:
    """The height of a pill with so many lines."""
    return 9 + LINE * lines


ARITHMETIC = (WIDEST, height(LINES))
"""What is reserved for numbers, whichever they are."""


def pill_width(text: str) -> float:
    """The width of the pill around a line of text."""
    return round(min(_padded(text, SIZE), WIDEST_RULE), 1)


def is_tensor(step: BackwardStep) -> bool:
    """Whether the edge carries more than one number; then its rule stands on it instead of the arithmetic."""
    if isinstance(step.local, float) and isinstance(step.upstream, float):
        return False
    return step.local is None or None in (single(step.contribution), single(step.upstream), single(step.local))


def local(step: BackwardStep) -> str:
    """The local derivative on its edge: `2r = −2`, or only `−2` where the formula says no more or has no room."""
    number = labels.number(step.local)
    if step.local_formula == number or len(step.local_formula) > CHARACTERS - 4:
        return number
    whole = f"{step.local_formula} = {number}"
    return whole if _padded(whole, SIZE) <= WIDEST else number


def pill(text: str) -> str:
    """The size of the pill around a line of text, as a slot has it."""
    return _pill(pill_width(text), 1)


def arithmetic(upstream: str, factor: str, contribution: str) -> tuple[str, str]:
    """On how many lines `upstream × local = contribution` stands, and the size of the pill around it, as slots."""
    product = len(upstream) + len(factor) + 3
    result = len(contribution) + 2
    if product + result + 1 <= CHARACTERS:
        return "1", _figures(product + result + 1, 1)
    if product <= CHARACTERS:
        return "2", _figures(max(product, result), 2)
    return "3", _figures(max(len(upstream), len(factor) + 2, result), 3)


@cache
def _figures(characters: int, lines: int) -> str:
    """Figures are as wide as each other, so that their number is their width."""
    return _pill(pill_width("8" * characters), lines)


def _pill(width: float, lines: int) -> str:
    return f"{width:g} {height(lines):g}"


def rule(step: BackwardStep) -> str:
    """What happens to the upstream gradient `G` on the way: `G·Wᵀ`, `G ⊙ 2r`, `G × 3`."""
    return labels.cut(whole_rule(step), _RULE)


def whole_rule(step: BackwardStep) -> str:
    """The rule at any length."""
    if step.local is None:
        return step.local_formula
    formula = f"({step.local_formula})" if _is_sum(step.local_formula) else step.local_formula
    return f"G {'×' if _is_one_number(step) else '⊙'} {formula}"


def rule_latex(step: BackwardStep) -> str:
    """The rule as LaTeX."""
    if step.local is None:
        return step.local_latex
    formula = rf"\left({step.local_latex}\right)" if _is_sum(step.local_formula) else step.local_latex
    return ("G \\times " if _is_one_number(step) else "G \\odot ") + formula


def _is_one_number(step: BackwardStep) -> bool:
    """Whether every element has the same local derivative, and it is written so."""
    return single(step.local) is not None or step.local_formula.lstrip("−-").replace(".", "", 1).isdigit()


def _is_sum(formula: str) -> bool:
    """Whether it must stand in brackets behind a sign of multiplication."""
    depth = 0
    for place, character in enumerate(formula):
        depth += (character == "(") - (character == ")")
        if depth == 0 and formula[place : place + 3] in (" + ", " − "):
            return True
    return False


def shapes(step: BackwardStep, target: Node, nodes: Mapping[str, Node]) -> str:
    """The shapes of it: `(64×6)·(6×5) → 64×5`; one shape alone if it stays the same. Of single numbers that go through
    a function of the program the numbers themselves: `2 → 6`."""
    if _own_numbers(step, target):
        return f"{labels.number(step.upstream)} → {labels.number(step.contribution)}"
    before, after = shape(step.upstream), shape(step.contribution)
    if step.local is None and target.op in PRODUCTS and len(target.operands) == 2 and len(before) == 2:
        first = step.edge.endswith("_0")
        other = nodes[target.operands[1 if first else 0]].shape
        if len(other) == 2:
            upstream, turned = shape_text(before), shape_text(other[::-1])
            left, right = (upstream, turned) if first else (turned, upstream)
            return f"({left})·({right}) → {shape_text(after)}"
    return shape_change(before, after)


def _own_numbers(step: BackwardStep, target: Node) -> bool:
    return rows.is_own(target) and not shape(step.upstream) and not shape(step.contribution)


def sum_rule(axes: tuple[int, ...]) -> str:
    """What undoes a broadcast, in PyTorch's words."""
    return f"Σ dim={axes[0]}" if len(axes) == 1 else f"Σ dim=({', '.join(map(str, axes))})"


def shape_change(before: tuple[int, ...], after: tuple[int, ...]) -> str:
    """`4×3 → [3]`, or one shape alone if it stays the same."""
    return shape_text(after) if before == after else f"{shape_text(before)} → {shape_text(after)}"


def _padded(text: str, size: float) -> float:
    return text_width(text, size, "mono") + 2 * 9
