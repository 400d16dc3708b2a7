"""The Snapshot: one forward and backward pass, frozen, self-sufficient, as JSON.

It is the only thing that passes from the engine to the rest. Whatever can write one can be shown.
"""

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from engine.tensor import Kind, Span

FORMAT: Final = "gradstep/1"


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
    attributes: Mapping[str, float]
    shape: tuple[int, ...]
    value: float
    gradient: float | None
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
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedStep:
    """The output's gradient with respect to itself."""

    index: int
    phase: Literal["seed"] = "seed"
    node: str
    gradient: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BackwardStep:
    """One edge carried `upstream × local = contribution` to `node`, whose gradient went from `before` to
    `after`. `local_formula` is the local derivative in the nodes' labels, `local_latex` the same as LaTeX.
    `finite_difference` is the slope measured on the operation itself (None: it has none here); at a `kink`
    the slopes on the left and on the right differ and stand there.
    """

    index: int
    phase: Literal["backward"] = "backward"
    edge: str
    node: str
    upstream: float
    local: float
    local_formula: str
    local_latex: str
    contribution: float
    before: float | None
    after: float
    finite_difference: float | None
    kink: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateStep:
    """Training changed a parameter's value."""

    index: int
    phase: Literal["update"] = "update"
    node: str
    before: float
    after: float


Step = ForwardStep | SeedStep | BackwardStep | UpdateStep


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One pass. Nodes stand in creation order, so every operand precedes its user."""

    format: str = FORMAT
    source: str
    pass_index: int
    output: str
    dtype: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    steps: tuple[Step, ...]

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


def _plain(part: Node | Edge | Step) -> dict[str, Any]:
    return {each.name: _json(getattr(part, each.name)) for each in dataclasses.fields(part)}


def number(value: float) -> float | str:
    """A number as it crosses JSON: itself, or `"NaN"`, `"Infinity"`, `"-Infinity"`."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _json(value: Any) -> Any:
    if isinstance(value, float):
        return number(value)
    if isinstance(value, tuple):
        return [_json(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _json(each) for key, each in value.items()}
    return value
