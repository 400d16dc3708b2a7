"""Einstein's summation: any product of tensors, written with one letter per axis."""

import string
from typing import Any, Final

import numpy as np

from engine import shapes
from engine.errors import InputError, ShapeError
from engine.messages import Message
from engine.ops.indexing import ARRAY, scattered
from engine.ops.row import REQUIRED, Structural
from engine.ops.shaping import EXPAND, RESHAPE
from engine.shapes import Shape


def _refusal(equation: str, what: Message) -> InputError:
    return InputError(
        Message("einsum `{equation}`: {what}", equation=equation, what=what),
        hint=Message("write one letter per axis, for example 'ij,jk->ik'"),
    )


def parsed(equation: str, given: list[Shape]) -> tuple[list[str], str]:
    """The letters of every operand and of the result, those behind "..." too. Raises `InputError`."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(given):
        raise _refusal(
            equation, Message("it names {count} tensors, and {given} are given", count=len(terms), given=len(given))
        )
    named = [term.replace("...", "", 1) for term in terms]
    for text in (*named, right.replace("...", "", 1)):
        if not all(each in string.ascii_letters for each in text):
            raise _refusal(equation, Message("`{text}` is more than letters and '...'", text=text))
    spare = [each for each in reversed(string.ascii_letters) if each not in equation]
    inputs, widest = [], 0
    for term, letters, shape in zip(terms, named, given, strict=True):
        rest = len(shape) - len(letters)
        if rest < 0 or (rest and "..." not in term) or rest > len(spare):
            raise _refusal(
                equation, Message("`{term}` does not name the axes of {shape}", term=term, shape=shapes.text(shape))
            )
        widest = max(widest, rest)
        inputs.append(term.replace("...", "".join(spare[:rest][::-1])))
    ellipsis = "".join(spare[:widest][::-1])
    every = "".join(inputs)
    if arrow:
        output = right.replace("...", ellipsis)
    else:
        once = sorted(each for each in set("".join(named)) if "".join(named).count(each) == 1)
        output = ellipsis + "".join(once)
    if len(set(output)) != len(output) or not set(output) <= set(every):
        raise _refusal(equation, Message("every letter of the result stands once, and in an operand too"))
    return inputs, output


def _sizes(equation: str, inputs: list[str], given: list[Shape]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for letters, shape in zip(inputs, given, strict=True):
        for letter, size in zip(letters, shape, strict=True):
            if sizes.setdefault(letter, size) == 1:
                sizes[letter] = size
            elif size not in (1, sizes[letter]):
                raise ShapeError(
                    Message(
                        "einsum `{equation}`: the axis {letter} is {one} here and {other} there",
                        equation=equation,
                        letter=letter,
                        one=sizes[letter],
                        other=size,
                    ),
                    hint=Message("an axis with one letter has one size, or 1"),
                )
    return sizes


def _shape(*given: Any) -> Shape:
    *operands, equation = given
    inputs, output = parsed(equation, operands)
    sizes = _sizes(equation, inputs, operands)
    return tuple(sizes[each] for each in output)


def _summed(*given: Any) -> Any:
    *operands, equation = given
    if len({each.dtype for each in operands}) > 1:
        raise _refusal(equation, Message("the element types differ"))
    inputs, output = parsed(equation, [each.shape for each in operands])
    return np.einsum(f"{','.join(inputs)}->{output}", *operands, optimize=len(operands) > 1)


def _by_operand(position: int, g: Any, *rest: Any) -> Any:
    """The upstream gradient times the other operands, summed over what this one has not."""
    *operands, equation, _ = rest
    inputs, output = parsed(equation, [shapes.of(each) for each in operands])
    own, shape = inputs[position], shapes.of(operands[position])
    others = [*inputs[:position], *inputs[position + 1 :]]
    unique = "".join(dict.fromkeys(own))
    present = "".join(each for each in unique if each in output or any(each in term for term in others))
    found = EINSUM(g, *operands[:position], *operands[position + 1 :], f"{','.join([output, *others])}->{present}")
    sizes = dict(zip(own, shape, strict=True))
    spread = RESHAPE(found, _places(present, unique, shapes.of(found)))
    full = np.broadcast_shapes(shapes.of(spread), tuple(sizes[each] for each in unique))
    spread = spread if shapes.of(spread) == full else EXPAND(spread, full)
    if own == unique:
        return spread
    axes = [
        np.arange(sizes[each]).reshape((-1,) + (1,) * (len(unique) - place - 1)) for place, each in enumerate(unique)
    ]
    return scattered(spread, operands[position], [axes[unique.index(each)] for each in own], (ARRAY,) * len(own))


def _places(present: str, unique: str, sizes: Shape) -> Shape:
    found = dict(zip(present, sizes, strict=True))
    return tuple(found.get(each, 1) for each in unique)


EINSUM: Final[Structural] = Structural(
    name="einsum",
    glyph="Σᵢⱼ",
    operands=("operands",),
    attributes={"equation": REQUIRED},
    variadic=True,
    array=_summed,
    shape=_shape,
    vjp=_by_operand,
    shown=(("einsum(G, …→$me)", r"\text{einsum}(G, \ldots \to $me)"),),
    linear=True,
    english="A sum of products hands each tensor the upstream gradient times all the others, "
    "summed over the axes it does not have.",
    chinese="乘积之和传给每个张量的，是上游梯度与其余张量之积，再对它没有的轴求和。",
)

TABLE: Final = (EINSUM,)
