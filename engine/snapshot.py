"""The Snapshot: one forward and backward pass, frozen, self-sufficient, as JSON.

It is the only thing that passes from the engine to the rest. Whatever can write one can be shown.
"""

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np

from engine.dtypes import Array
from engine.errors import InputError
from engine.later import Later
from engine.messages import Message
from engine.ops import TABLE, Op
from engine.tensor import Kind, Span

FORMAT: Final = "gradstep/1"
PREVIEW: Final = 64
"""Elements of an array that stand in the JSON; the rest has its own address."""

ASIDE: Final = {"written": False}
"""Marks a field that stands in no JSON."""
Shown = float | Array
"""A scalar of any type as a float, anything else as a read-only array."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value: what made it from what, and its final `gradient` (None: not reached).

    `label` is what people call it: its name, the number of a constant, or v1, v2, … in order of creation.
    `expression` is the operation on the labels of its operands, `expression_latex` the same as LaTeX; null
    where no operation made it. `label_latex` is the label as LaTeX.
    """

    id: str
    kind: Kind
    op: str | None
    name: str | None
    label: str
    label_latex: str
    expression: str | None
    expression_latex: str | None
    operands: tuple[str, ...]
    attributes: Mapping[str, object]
    shape: tuple[int, ...]
    dtype: str
    value: Shown
    gradient: Shown | None
    requires_grad: bool
    span: Span | None
    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """`source` is operand number `operand_index` of `target`; `x*x` has two edges."""

    id: str
    source: str
    target: str
    operand_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardStep:
    """A node got its value."""

    index: int
    phase: Literal["forward"] = "forward"
    node: str
    value: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedStep:
    """The output's gradient with respect to itself."""

    index: int
    phase: Literal["seed"] = "seed"
    node: str
    gradient: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class BackwardStep:
    """One edge carried `upstream × local = contribution` to `node`, whose gradient went from `before` to
    `after`. `local_formula` is the local derivative in the nodes' labels, `local_latex` the same as LaTeX.

    Where an op moves or combines elements, `local` is None and the formula is the whole vector–Jacobian product, in
    which G is the upstream gradient: `G·Wᵀ`. Where the operand was stretched to fit, `broadcast` are the axes of the
    contribution that the following step sums, and nothing has arrived yet: `after` is `before`.
    `finite_difference` is the slope measured on the operation itself (None: it has none here); at a `kink`
    the slopes on the left and on the right differ and stand there. For scalars it is to be compared with `local`. For
    tensors it is how fast Σ upstream·result changes along a fixed direction, to be compared with `expected_difference`,
    which is Σ contribution·direction.
    """

    index: int
    phase: Literal["backward"] = "backward"
    edge: str
    node: str
    upstream: Shown
    local: Shown | None
    local_formula: str
    local_latex: str
    contribution: Shown
    broadcast: tuple[int, ...] = ()
    before: Shown | None
    after: Shown | None
    finite_difference: float | None
    expected_difference: float | None = None
    kink: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnbroadcastStep:
    """The contribution of the step before was summed over the `axes` along which the operand had been stretched,
    and arrived: `stretched` is what it was, `contribution` its sum."""

    index: int
    phase: Literal["unbroadcast"] = "unbroadcast"
    edge: str
    node: str
    axes: tuple[int, ...]
    stretched: Shown
    contribution: Shown
    before: Shown | None
    after: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What an optimizer keeps of a parameter from update to update, and what one of them made of it: `rule` says how,
    `0.9·v + w.grad`. `before` is None where it was not there yet, or is made anew each time."""

    name: str
    name_latex: str
    rule: str
    rule_latex: str
    before: Shown | None
    after: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateStep:
    """Training changed a parameter's value; `expression` says how: `w − 0.01·w.grad`. `state` is what the optimizer
    keeps of it, in the order in which it is renewed."""

    index: int
    phase: Literal["update"] = "update"
    node: str
    before: Shown
    after: Shown
    expression: str | None = None
    expression_latex: str | None = None
    state: tuple[State, ...] = ()


Step = ForwardStep | SeedStep | BackwardStep | UnbroadcastStep | UpdateStep


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One pass. Nodes stand in creation order, so every operand precedes its user. A layout needs no steps, so they may
    be made `later`, while Graphviz works."""

    format: str = FORMAT
    source: str
    pass_index: int
    output: str
    dtype: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    steps: tuple[Step, ...]
    rows: Mapping[str, Op] = field(default_factory=dict, repr=False, compare=False, metadata=ASIDE)
    """The rows of the operations that the program defines itself, by the ids of their nodes; they stay in this process,
    and without them such a node can be shown, but not computed anew."""

    def row(self, node: Node) -> Op:
        """What made a node. Raises `InputError` if nobody here knows that operation."""
        found = self.rows.get(node.id) or TABLE.get(node.op or "")
        if found is None:
            raise InputError(
                Message("`{op}` is not one of the operations here", op=node.op),
                hint=Message("run the program that defines it"),
            )
        return found

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"steps": self.steps}

    def __getitem__(self, name: str) -> Node:
        """The node called `name` (the last of that name), or the node with that label. `KeyError` if none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Node]:
        labelled = {node.label: node for node in self.nodes if node.kind != "constant"}
        return labelled | {node.name: node for node in self.nodes if node.name is not None}

    def to_dict(self) -> dict[str, Any]:
        """Plain lists and numbers, as they stand in the JSON; NaN and infinities are strings."""
        return {
            "format": self.format,
            "source": self.source,
            "pass": self.pass_index,
            "output": self.output,
            "dtype": self.dtype,
            "nodes": [_plain(node) for node in self.nodes],
            "edges": [_plain(edge) for edge in self.edges],
            "steps": [_plain(step) for step in self.steps],
        }

    def to_json(self) -> str:
        """Strict JSON; the same pass gives the same text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


setattr(Snapshot, "steps", Later("steps"))  # noqa: B010  in the class it would be a default


def _plain(part: Node | Edge | Step | State) -> dict[str, Any]:
    return {each.name: plain(getattr(part, each.name)) for each in dataclasses.fields(part)}


def number(value: float) -> float | str:
    """A number as it crosses JSON: itself, or `"NaN"`, `"Infinity"`, `"-Infinity"`."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def shown(value: Any) -> Shown:
    """A tensor's value as it stands in a snapshot."""
    if type(value) is float:
        return value
    if value.ndim == 0:
        return float(value)
    frozen = value.view()
    frozen.flags.writeable = False
    return frozen  # type: ignore[no-any-return]


def array_json(array: Array, limit: int = PREVIEW) -> dict[str, Any]:
    """An array as it crosses JSON: its shape and range, and its first elements as nested lists. What is cut off
    along an axis is left out; min, max and mean are those of all elements that are numbers (None: there are none)."""
    finite = array[np.isfinite(array)]
    return {
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "min": float(finite.min()) if finite.size else None,
        "max": float(finite.max()) if finite.size else None,
        "mean": float(finite.mean(dtype=np.float64)) if finite.size else None,
        "preview": plain(_preview(array, limit).tolist()),
    }


def _preview(array: Array, limit: int) -> Array:
    """The corner of an array that has at most `limit` elements: the last axes are kept longest."""
    sizes = list(array.shape)
    for axis in range(array.ndim):
        while sizes[axis] > 1 and math.prod(sizes) > limit:
            rest = math.prod(sizes) // sizes[axis]
            sizes[axis] = max(1, limit // rest) if rest <= limit else 1
    return array[tuple(slice(size) for size in sizes)]


def plain(value: Any) -> Any:
    """A value as it crosses JSON: NaN and infinities as strings, arrays cut to their first elements."""
    if isinstance(value, float):
        return number(value)
    if isinstance(value, np.ndarray):
        return array_json(value)
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, (np.dtype, slice)):
        return str(value)
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, State):
        return _plain(value)
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    return value
