"""The op table as people read it: formulas, sentences, and a miniature of every op that answers to the pointer."""

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from app.render.numbers import short
from engine import backward, dtypes
from engine.formula import Formula, default_notation, formula, symbol
from engine.messages import Message
from engine.ops import ROOMS, Elementwise, Op, Structural
from engine.ops.row import REQUIRED
from engine.snapshot import number
from engine.tensor import Tensor, apply, tensor

TITLES: Final[Mapping[str, Message]] = {
    "arithmetic": Message("Arithmetic"),
    "exponentials": Message("Exponentials and logarithms"),
    "trigonometry": Message("Trigonometric and hyperbolic functions"),
    "activations": Message("Activation functions"),
    "selection": Message("Comparing and choosing"),
    "products": Message("Products of matrices and vectors"),
    "matrices": Message("Determinants, inverses and systems of equations"),
    "reductions": Message("Reductions"),
    "shaping": Message("Shape"),
    "indexing": Message("Indexing"),
    "rounding": Message("Rounding and remainders"),
    "conditions": Message("Conditions"),
    "summation": Message("Einstein summation"),
    "joining": Message("Putting together and taking apart"),
    "extremes": Message("Largest and smallest"),
    "gathering": Message("Gathering and scattering"),
    "diagonals": Message("Triangles and diagonals"),
    "normalization": Message("Softmax and normalisation"),
    "losses": Message("Losses"),
    "layers": Message("Layers"),
    "convolution": Message("Convolution"),
    "pooling": Message("Pooling"),
    "windows": Message("Windows of images"),
}
"""What a room of the table is called on the page; one without a title is called by its name."""

_RANGE: Final = (-3.0, 3.0)
_POINTS: Final = 121
_LETTERS: Final = ("x", "y", "z", "u", "v")
_SMALL: Final = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])
"""What the miniatures of tensor ops work on, unless the op wants something else."""


def row(op: Op) -> dict[str, Any]:
    """A row of the op table as JSON: its formulas are those of x (and y, …), its result is z."""
    operands = [symbol(name) for name in _LETTERS[: _count(op)]]
    return {
        "name": op.name,
        "glyph": op.glyph,
        "operands": len(operands),
        "signature": signature(op),
        "kind": "elementwise" if isinstance(op, Elementwise) else "structural",
        "formula": _whole(op, operands).latex,
        "local_derivatives": [each.latex for each in _local_derivatives(op, operands)],
        "vjp": [op.texts(index, operands).latex for index in range(len(operands))]
        if isinstance(op, Structural)
        else [],
        "explanation": {"en": op.english, "zh": op.chinese},
        "domain": op.domain,
        "kink": {"en": op.kink[0], "zh": op.kink[1]} if op.kink else None,
        "composite": op.composite is not None,
    }


def signature(op: Op) -> str:
    """How the op is called: `sum(input, dim=None, keepdim=False)`."""
    settings = [name if value is REQUIRED else f"{name}={value}" for name, value in op.attributes.items()]
    return f"{op.name}({', '.join([*op.operands, *settings])})"


def rooms() -> Iterator[tuple[Message, tuple[Op, ...]]]:
    """All rows, room by room, each under its title."""
    for name, rows in ROOMS.items():
        yield TITLES.get(name, Message(name)), rows


def curve(op: Op) -> list[list[float | None]] | None:
    """Of an op of one number: x, its value and its slope at points along its domain; None for other ops."""
    if not isinstance(op, Elementwise) or len(op.operands) != 1 or not op.differentiable:
        return None
    settings = tuple(op.attributes.values())
    if any(each is REQUIRED for each in settings):
        return None
    points: list[list[float | None]] = []
    for x in np.linspace(*_RANGE, _POINTS).tolist():
        value = op.compute([x], settings)
        slope = op.slopes(x, *settings, value)[0]
        points.append([round(each, 5) if math.isfinite(each) else None for each in (x, float(value), float(slope))])
    return points if any(point[1] is not None for point in points) else None


def cells(op: Op) -> dict[str, Any] | None:
    """Of an op on small tensors: their numbers, the result's, and for each element of the result how much each element
    of the operands weighs in it (its row of the Jacobian). None where no such picture can be made."""
    operands, settings = example(op)
    try:
        out = apply(op, *operands, attributes=settings)
    except Exception:  # an op that wants operands of its own kind has no miniature until it is given an example
        return None
    weights = list(_jacobian(out, operands)) if out.requires_grad else []
    return {
        "operands": [_grid(each) for each in operands],
        "result": _grid(out),
        "weights": weights,
        "settings": {name: str(value) for name, value in zip(op.attributes, settings, strict=True)},
    }


def _count(op: Op) -> int:
    return 2 if op.variadic else len(op.operands)


def _whole(op: Op, operands: list[Formula]) -> Formula:
    settings = [name if value is REQUIRED else value for name, value in op.attributes.items()]
    try:
        return formula(op.written(operands, settings))
    except (TypeError, ValueError, IndexError):  # a notation that needs the setting's value
        return default_notation(op.name, operands, dict.fromkeys(op.attributes, "…"))


def _local_derivatives(op: Op, operands: list[Formula]) -> list[Formula]:
    if not isinstance(op, Elementwise):
        return []
    settings = [symbol(name.replace("_", " ")) if value is REQUIRED else value for name, value in op.attributes.items()]
    return [formula(each) for each in op.slopes(*operands, *settings, symbol("z"))]


def _products(op: Op, operands: list[Formula]) -> list[str]:
    return [op.texts(index, operands).latex for index in range(len(operands))] if isinstance(op, Structural) else []


def example(op: Op) -> tuple[list[Tensor], tuple[Any, ...]]:
    """What the miniature of an op works on: operands, then settings."""
    values, settings = EXAMPLES.get(op.name, ((), {}))
    given = [np.asarray(each) for each in values] or [_SMALL + 0.5 * index for index in range(_count(op))]
    operands = [
        tensor(each, dtype=str(each.dtype), requires_grad=each.dtype.kind == "f", name=name)
        for each, name in zip(given, _LETTERS, strict=False)
    ]
    return operands, tuple(settings.get(name, default) for name, default in op.attributes.items())


def _jacobian(out: Tensor, operands: list[Tensor]) -> Iterator[list[list[float | str]]]:
    """For each element of the result, in order, the weights of all elements of each operand."""
    for place in itertools.product(*map(range, out.shape)):
        chosen = np.zeros(out.shape)
        chosen[place] = 1.0
        gradients = backward.sweep(out, seed=dtypes.normal(chosen)).gradients
        yield [
            [number(round(float(each), 6)) for each in np.ravel(gradients.get(operand, np.zeros(operand.shape)))]
            for operand in operands
        ]


def _grid(made: Tensor) -> dict[str, Any]:
    value = np.asarray(made.value)
    return {"shape": list(value.shape), "shown": [short(float(each)) for each in value.ravel()]}


_IMAGE: Final = np.array([[[[1.0, -2.0, 3.0], [0.5, 4.0, -1.0], [2.0, 1.0, 0.0]]]])
_MATRIX: Final = np.array([[2.0, 1.0], [1.0, 3.0]])
_PLACES: Final = np.array([[0, 2], [1, 1]])
EXAMPLES: Final[Mapping[str, tuple[tuple[Any, ...], Mapping[str, Any]]]] = {
    "matmul": ((_SMALL, _SMALL.T + 1.0), {}),
    "dot": ((_SMALL[0], _SMALL[1]), {}),
    "outer": ((_SMALL[0], _SMALL[1]), {}),
    **dict.fromkeys(("det", "slogdet", "logdet", "inv", "cholesky"), ((_MATRIX,), {})),
    "solve": ((_MATRIX, np.array([1.0, -2.0])), {}),
    "einsum": ((_SMALL, _SMALL.T + 1.0), {"equation": "ij,jk->ik"}),
    **dict.fromkeys(("bitwise_and", "bitwise_or", "bitwise_xor"), ((_SMALL > 0, _SMALL > 1), {})),
    "bitwise_not": ((_SMALL > 0,), {}),
    **dict.fromkeys(("softmax", "log_softmax", "logsumexp"), ((_SMALL,), {"dim": 1})),
    "binary_cross_entropy": ((np.array([0.2, 0.6, 0.9]), np.array([0.0, 1.0, 0.5])), {}),
    **dict.fromkeys(("nll_loss", "cross_entropy"), ((_SMALL, np.array([2, 0])), {})),
    "kl_div": ((-np.abs(_SMALL), np.abs(_SMALL) / 8), {}),
    "dropout": ((_SMALL, _SMALL > 0), {}),
    "to": ((_SMALL,), {"dtype": "float64"}),
    "layer_norm": ((_SMALL, np.array([1.0, 2.0, 0.5]), np.array([0.0, 1.0, -1.0])), {"normalized_shape": (3,)}),
    "batch_norm": (
        (_SMALL.T, np.array([1.0, 2.0]), np.array([0.0, 1.0]), np.zeros(2), np.ones(2)),
        {"training": True},
    ),
    "unfold": ((_IMAGE,), {"kernel_size": (2, 2)}),
    "fold": ((np.arange(8.0).reshape(1, 4, 2),), {"output_size": (2, 3), "kernel_size": (2, 2)}),
    "conv1d": ((np.array([[[1.0, -2.0, 3.0, 0.5]]]), np.array([[[1.0, -1.0]]]), np.array([0.5])), {}),
    "conv2d": ((_IMAGE, np.array([[[[1.0, -1.0], [2.0, 0.5]]]]), np.array([0.5])), {}),
    **dict.fromkeys(("max_pool1d", "avg_pool1d"), ((_SMALL[None],), {"kernel_size": 2, "stride": 1})),
    **dict.fromkeys(("max_pool2d", "avg_pool2d"), ((_IMAGE,), {"kernel_size": (2, 2), "stride": (1, 1)})),
    "sum": ((_SMALL,), {"dim": 1}),
    "mean": ((_SMALL,), {"dim": 1}),
    "reshape": ((_SMALL,), {"shape": (3, 2)}),
    "view": ((_SMALL,), {"shape": (3, 2)}),
    "unsqueeze": ((_SMALL,), {"dim": 1}),
    "transpose": ((_SMALL,), {"dim0": 0, "dim1": 1}),
    "permute": ((_SMALL,), {"dims": (1, 0)}),
    "repeat": ((_SMALL[:1],), {"repeats": (2, 1)}),
    "flip": ((_SMALL,), {"dims": (1,)}),
    "roll": ((_SMALL,), {"shifts": (1,), "dims": (1,)}),
    "pad": ((_SMALL,), {"pad": (1, 1)}),
    "expand": ((_SMALL[:1],), {"size": (2, 3)}),
    "sum_to_size": ((_SMALL,), {"size": (1, 3)}),
    "squeeze": ((_SMALL[:, None, :],), {"dim": 1}),
    "where": ((_SMALL > 0, _SMALL, -_SMALL), {}),
    "masked_fill": ((_SMALL, _SMALL < 0, np.array(9.0)), {}),
    "pow": ((np.abs(_SMALL), np.full((2, 3), 2.0)), {}),
    "floor_divide": ((_SMALL, np.full((2, 3), 1.7)), {}),
    "remainder": ((_SMALL, np.full((2, 3), 1.7)), {}),
    "fmod": ((_SMALL, np.full((2, 3), 1.7)), {}),
    "index": ((_SMALL,), {"index": (1, (0, 2, 1))}),
    "index_put": ((_SMALL, np.array([7.0, 8.0])), {"index": (1, (0, 2, 1))}),
    "topk": ((_SMALL,), {"k": 2}),
    "gather": ((_SMALL, _PLACES), {"dim": 1}),
    "scatter": ((_SMALL, _PLACES[:, ::-1] - [[0, 0], [0, 1]], np.array([[7.0, 8.0], [9.0, 6.0]])), {"dim": 1}),
    "scatter_add": ((_SMALL, _PLACES, np.array([[7.0, 8.0], [9.0, 6.0]])), {"dim": 1}),
    "embedding": ((np.array([1, 0, 1]), _SMALL), {}),
    "one_hot": ((np.array([1, 0, 2]),), {}),
    "diagonal_scatter": ((_SMALL[:, :2], np.array([7.0, 8.0])), {}),
    "diag": ((np.array([1.0, -2.0]),), {}),
}
"""Operands and settings of the miniatures that do not work on the usual ones."""
