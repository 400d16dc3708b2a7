"""Where a cell comes from: the arrays behind the small grids of a step, as JSON in which the page looks cells up.

A trace is `{"kind", "axes", "parts"}`; a part has a `name` and its `rows` of numbers, the last one is the result.
`product`: cell (i, j) is row i of the first part times column j of the second. `pointwise`: it is the product of the
same cells. `sum`: it is the sum of the first part over the `axes`. `values`: nothing but the numbers themselves.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.render.grid import grid
from engine.dtypes import Array
from engine.snapshot import Shown, number

LARGEST = 144  # numbers of a part; no more can be pointed at

Kind = Literal["product", "pointwise", "sum", "values"]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the arrays of a step: as it is drawn, its `colour` and the node or the gradient whose scale it has."""

    name: str
    colour: Literal["value", "gradient", "local"]
    array: Shown
    scale: float


def json_of(kind: Kind, parts: Sequence[Part], axes: tuple[int, ...] = ()) -> str:
    """The trace of a step; empty where a part is too large to be pointed at, or has more than two dimensions."""
    rows = []
    for part in parts:
        array = np.asarray(part.array)
        if array.size > LARGEST or array.ndim > 2 or not array.size or not grid(array.shape).exact:
            return ""
        rows.append({"name": part.name, "rows": [[_rounded(each) for each in row] for row in _matrix(array).tolist()]})
    return json.dumps({"kind": kind, "axes": axes, "parts": rows}, ensure_ascii=False, separators=(",", ":"))


def _matrix(array: Array) -> Array:
    return array.reshape(1, -1) if array.ndim < 2 else array


def _rounded(value: float) -> float | str:
    """Six significant digits: what is shown has four."""
    return number(float(f"{float(value):.6g}"))
