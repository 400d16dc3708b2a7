"""Turns the tensors of a pass into its snapshot."""

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Final

import numpy as np

from engine import backward, dtypes, edges, mode, witness
from engine.dtypes import Value
from engine.formula import Formula, as_written, formula, is_formula, number_text, symbol
from engine.later import later
from engine.ops import Elementwise, Op, Structural
from engine.ops.defined import Defined
from engine.shapes import Shape, stretched
from engine.snapshot import (
    BackwardStep,
    Edge,
    ForwardStep,
    Node,
    SeedStep,
    Shown,
    Snapshot,
    Step,
    UnbroadcastStep,
    shown,
)
from engine.swept import Contribution, Sweep
from engine.tensor import Tensor

_birth: Final = attrgetter("birth")


def record(
    output: Tensor,
    *,
    tensors: Iterable[Tensor] | None = None,
    source: str = "",
    pass_index: int = 0,
    called: Mapping[Tensor, str] | None = None,
) -> Snapshot:
    """The snapshot of `output` and its backward pass.

    `tensors` are all tensors of the pass in creation order; by default those the output was made from. `called` has
    labels for those that have no name of their own.
    """
    made = list(tensors) if tensors is not None else backward.reachable(output)
    ones = 1.0 if type(output.value) is float else np.ones_like(output.value)
    swept = backward.sweep(output, seed=ones) if output.requires_grad else Sweep()
    pictured = picture(output, made, swept, source=source, pass_index=pass_index, called=called)
    return dataclasses.replace(pictured, steps=pictured.steps)  # made now: later these tensors may have other values


@mode.calm()
def picture(
    output: Tensor,
    made: list[Tensor],
    swept: Sweep,
    *,
    source: str = "",
    pass_index: int = 0,
    called: Mapping[Tensor, str] | None = None,
) -> Snapshot:
    """The snapshot of a pass whose sweep has been made: `made` are its tensors in creation order. Its steps are made
    when somebody asks for them, from the values the tensors have by then."""
    ids = {tensor: f"n{index}" for index, tensor in enumerate(made)}
    symbols = dict(zip(made, map(symbol_of, made, labels(made, output, called)), strict=True))
    return Snapshot(
        source=source,
        pass_index=pass_index,
        output=ids[output],
        dtype=dtypes.name(output.dtype),
        nodes=tuple(node_of(tensor, ids, symbols, swept.gradients.get(tensor)) for tensor in made),
        edges=tuple(
            Edge(id=_edge(ids, tensor, index), source=ids[operand], target=ids[tensor], operand_index=index)
            for tensor in made
            for index, operand in enumerate(tensor.operands)
            if operand in ids
        ),
        steps=later(partial(_steps, output, made, swept, ids, symbols)),
        rows=own_rows(ids),
    )


def own_rows(ids: Mapping[Tensor, str]) -> dict[str, Op]:
    """The rows of the operations that the program defines itself, by their nodes' ids."""
    return {id: tensor.op for tensor, id in ids.items() if isinstance(tensor.op, Defined)}


def snapshot(output: Tensor | Sequence[Tensor], *, called: Mapping[Tensor, str] | None = None) -> Snapshot:
    """The snapshot of a result of eager use: its graph, its values and its backward pass from seed 1.

    Of several results (as `engine.grad` gives them) it has the graphs of all, and goes back from the one made last.
    `called` has labels for tensors without a name.
    """
    results = (output,) if isinstance(output, Tensor) else tuple(output)
    nodes = {each: None for result in results for each in backward.reachable(result)}
    made = sorted(nodes, key=_birth)
    return record(max(results, key=_birth), tensors=made, called=called)


def labels(made: list[Tensor], output: Tensor, called: Mapping[Tensor, str] | None = None) -> list[str]:
    """What each node is called on screen and in formulas: names stay, the rest becomes v1, v2, … and out."""
    given = called or {}
    names = [(tensor.origin.name if tensor.origin else None) or given.get(tensor) for tensor in made]
    taken = {name for name in names if name is not None}
    fresh = (label for label in (f"v{k}" for k in range(1, 2 * len(made) + 2)) if label not in taken)
    chosen: list[str] = []
    for tensor, name in zip(made, names, strict=True):
        if name is not None:
            chosen.append(name if name.isprintable() else "".join(map(_printable, name)))
        elif _is_literal(tensor):
            chosen.append(number_text(tensor.item()).replace("-", "−"))
        else:
            chosen.append("out" if tensor is output and "out" not in taken else next(fresh))
    return chosen


def _printable(character: str) -> str:
    """A character as people can see it: a program may give a layer any name."""
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def symbol_of(tensor: Tensor, label: str) -> Formula:
    """What stands for a tensor in formulas: its label, or the number it is."""
    if not _is_literal(tensor) or not math.isfinite(tensor.item()):
        return symbol(label)
    return formula(float(str(np.float32(tensor.item()))) if tensor.dtype == "float32" else float(tensor.item()))


def _is_literal(tensor: Tensor) -> bool:
    return tensor.op is None and not tensor.shape and (tensor.origin is None or tensor.origin.kind == "constant")


def node_of(tensor: Tensor, ids: dict[Tensor, str], symbols: dict[Tensor, Formula], gradient: Value | None) -> Node:
    """A tensor as a node; `ids` and `symbols` know it and its operands."""
    op, origin = tensor.op, tensor.origin
    written = (
        op.written([as_written(symbols[each]) for each in tensor.operands], _shown_settings(tensor)) if op else None
    )
    return Node(
        id=ids[tensor],
        kind=origin.kind if origin else "op" if op else "constant",
        op=op.name if op else None,
        name=origin.name if origin else None,
        label=symbols[tensor].plain,
        label_latex=symbols[tensor].latex,
        expression=written.plain if written else None,
        expression_latex=written.latex if written else None,
        operands=tuple(ids[operand] for operand in tensor.operands),
        attributes=attributes(tensor),
        shape=tensor.shape,
        dtype=dtypes.name(tensor.dtype),
        value=shown(tensor.value),
        gradient=None if gradient is None else shown(gradient),
        requires_grad=tensor.requires_grad,
        span=origin.span if origin else None,
        scope=origin.scope if origin else (),
    )


def attributes(tensor: Tensor) -> dict[str, object]:
    """The op's settings by name; an exponent that is a plain number is one of them."""
    if tensor.op is None:
        return {}
    return dict(zip(tensor.op.attributes or ("exponent",), tensor.attributes, strict=False))


def _settings(tensor: Tensor) -> tuple[Any, ...]:
    """An op's attributes as its notation takes them: numbers of elementwise ops are part of the formula."""
    if isinstance(tensor.op, Elementwise):
        return tuple(formula(float(each)) if type(each) in (int, float) else each for each in tensor.attributes)
    return tensor.attributes


def _shown_settings(tensor: Tensor) -> list[Any]:
    """The settings as an expression shows them; a default is given as it is, so that it can be left out."""
    settings = [as_written(each) if is_formula(each) else each for each in _settings(tensor)]
    if tensor.op is None or tensor.op.notation is not None:
        return settings
    defaults = zip(tensor.attributes, tensor.op.attributes.values(), strict=True)
    return [
        given if type(given) is type(default) and given == default else shown
        for shown, (given, default) in zip(settings, defaults, strict=True)
    ]


@mode.calm()
def _steps(
    output: Tensor,
    made: list[Tensor],
    swept: Sweep,
    ids: dict[Tensor, str],
    symbols: dict[Tensor, Formula],
) -> tuple[Step, ...]:
    forward = [tensor for tensor in made if tensor.op is not None]
    steps: list[Step] = [
        ForwardStep(index=index, node=ids[tensor], value=shown(tensor.value)) for index, tensor in enumerate(forward)
    ]
    if not swept.empty:
        steps.append(SeedStep(index=len(steps), node=ids[output], gradient=shown(swept.gradients[output])))
    written: dict[Tensor, tuple[Formula, ...]] = {}
    for made_by in swept.contributions():
        if made_by.node not in written:
            written[made_by.node] = slopes_of(made_by.node, symbols)
        steps.extend(backward_steps(len(steps), made_by, ids, written[made_by.node][made_by.operand_index]))
    return tuple(steps)


def slopes_of(node: Tensor, symbols: dict[Tensor, Formula]) -> tuple[Formula, ...]:
    """The local derivatives of a node as formulas, or its vector–Jacobian products."""
    operands = [symbols[operand] for operand in node.operands]
    if isinstance(node.op, Structural):
        return tuple(node.op.texts(index, operands) for index in range(len(operands)))
    assert isinstance(node.op, Elementwise)
    return tuple(map(formula, node.op.slopes(*operands, *_settings(node), symbols[node])))


def backward_steps(index: int, made: Contribution, ids: dict[Tensor, str], written: Formula) -> Iterator[Step]:
    """What one edge carried: a step, or two where a broadcast is undone."""
    node, operand = made.node, made.operand
    edge, target = _edge(ids, node, made.operand_index), ids[operand]
    size = () if type(made.contribution) is float else made.contribution.shape
    axes = stretched(size, operand.shape) if size != operand.shape else ()
    landed = edges.land(made.contribution, operand) if type(made.contribution) is not float else made.contribution
    seen = witness.observe(node, made.operand_index, made.upstream, landed)
    before = None if made.before is None else shown(made.before)
    after = shown(landed if made.before is None else made.before + landed)
    yield BackwardStep(
        index=index,
        edge=edge,
        node=target,
        upstream=shown(made.upstream),
        local=None if made.local is None else _local(made.local, size),
        local_formula=written.plain,
        local_latex=written.latex,
        contribution=_shown(made.contribution),
        broadcast=axes,
        before=before,
        after=before if axes else after,
        finite_difference=seen.slope,
        expected_difference=seen.expected,
        kink=seen.kink,
    )
    if axes:
        yield UnbroadcastStep(
            index=index + 1,
            edge=edge,
            node=target,
            axes=axes,
            stretched=_shown(made.contribution),
            contribution=shown(landed),
            before=before,
            after=after,
        )


def _local(local: Any, size: Shape) -> Shown:
    """A local derivative that is one number for all elements (1 for a sum) is shown as it is; others per element."""
    return float(local) if np.ndim(local) == 0 else _shown(np.broadcast_to(local, size))


def _shown(value: Any) -> Shown:
    """As `shown`, with conditions as 1 and 0."""
    if type(value) is float:
        return value
    return shown(value.astype(np.float64) if value.dtype.kind == "b" else np.asarray(value))


def _edge(ids: dict[Tensor, str], target: Tensor, operand_index: int) -> str:
    return f"{ids[target.operands[operand_index]]}_{ids[target]}_{operand_index}"
