"""Turns the tensors of a pass into its snapshot."""

import math
from collections.abc import Iterable

from engine import backward, witness
from engine.backward import Contribution
from engine.formula import Formula, as_written, formula, number_text, symbol
from engine.snapshot import BackwardStep, Edge, ForwardStep, Node, SeedStep, Snapshot, Step
from engine.tensor import Tensor


def record(
    output: Tensor, *, tensors: Iterable[Tensor] | None = None, source: str = "", pass_index: int = 0
) -> Snapshot:
    """The snapshot of `output` and its backward pass.

    `tensors` are all tensors of the pass in creation order; by default those the output was made from.
    """
    made = list(tensors) if tensors is not None else backward.reachable(output)
    swept = backward.sweep(output) if output.requires_grad else backward.Sweep({}, [])
    ids = {tensor: f"n{index}" for index, tensor in enumerate(made)}
    symbols = dict(zip(made, map(_symbol, made, labels(made, output)), strict=True))
    return Snapshot(
        source=source,
        pass_index=pass_index,
        output=ids[output],
        dtype="float64",
        nodes=tuple(_node(tensor, ids, symbols, swept.gradients.get(tensor)) for tensor in made),
        edges=tuple(
            Edge(id=_edge(ids, tensor, index), source=ids[operand], target=ids[tensor], operand_index=index)
            for tensor in made
            for index, operand in enumerate(tensor.operands)
        ),
        steps=_steps(output, made, swept, ids, symbols),
    )


def snapshot(output: Tensor) -> Snapshot:
    """The snapshot of a result of eager use: its graph, its values and its backward pass from seed 1."""
    return record(output)


def labels(made: list[Tensor], output: Tensor) -> list[str]:
    """What each node is called on screen and in formulas: names stay, the rest becomes v1, v2, … and out."""
    names = [tensor.origin.name if tensor.origin else None for tensor in made]
    taken = {name for name in names if name is not None}
    fresh = (label for label in (f"v{k}" for k in range(1, 2 * len(made) + 2)) if label not in taken)
    chosen: list[str] = []
    for tensor, name in zip(made, names, strict=True):
        if name is not None:
            chosen.append(name)
        elif _is_literal(tensor):
            chosen.append(number_text(tensor.value).replace("-", "−"))
        else:
            chosen.append("out" if tensor is output and "out" not in taken else next(fresh))
    return chosen


def _symbol(tensor: Tensor, label: str) -> Formula:
    return formula(tensor.value) if _is_literal(tensor) and math.isfinite(tensor.value) else symbol(label)


def _is_literal(tensor: Tensor) -> bool:
    return tensor.op is None and (tensor.origin is None or tensor.origin.kind == "constant")


def _node(tensor: Tensor, ids: dict[Tensor, str], symbols: dict[Tensor, Formula], gradient: float | None) -> Node:
    op, origin = tensor.op, tensor.origin
    written = op(*map(as_written, _symbols(tensor, symbols))) if op else None
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
        attributes=dict(zip(("exponent",), tensor.attributes, strict=False)),
        shape=(),
        value=tensor.value,
        gradient=gradient,
        requires_grad=tensor.requires_grad,
        span=origin.span if origin else None,
        scope=(),
    )


def _steps(
    output: Tensor,
    made: list[Tensor],
    swept: backward.Sweep,
    ids: dict[Tensor, str],
    symbols: dict[Tensor, Formula],
) -> tuple[Step, ...]:
    forward = [tensor for tensor in made if tensor.op is not None]
    steps: list[Step] = [
        ForwardStep(index=index, node=ids[tensor], value=tensor.value) for index, tensor in enumerate(forward)
    ]
    if swept.gradients:
        steps.append(SeedStep(index=len(steps), node=ids[output], gradient=swept.gradients[output]))
    written: dict[Tensor, tuple[Formula, ...]] = {}
    for row in swept.records:
        made_by = row[0]
        if made_by not in written:
            written[made_by] = _slopes(made_by, symbols)
        steps.append(_backward_step(len(steps), Contribution(*row), ids, written[made_by][row[1]]))
    return tuple(steps)


def _symbols(tensor: Tensor, symbols: dict[Tensor, Formula]) -> tuple[Formula, ...]:
    """What a rule is called with to give its text: operands, then attributes."""
    return (*[symbols[operand] for operand in tensor.operands], *map(formula, tensor.attributes))


def _slopes(node: Tensor, symbols: dict[Tensor, Formula]) -> tuple[Formula, ...]:
    """The local derivatives of a node as formulas."""
    assert node.op is not None
    return tuple(map(formula, node.op.slopes(*_symbols(node, symbols), symbols[node])))


def _backward_step(index: int, made: Contribution, ids: dict[Tensor, str], written: Formula) -> BackwardStep:
    node, operand = made.node, made.node.operands[made.operand_index]
    seen = witness.observe(node, made.operand_index)
    return BackwardStep(
        index=index,
        edge=_edge(ids, node, made.operand_index),
        node=ids[operand],
        upstream=made.upstream,
        local=made.local,
        local_formula=written.plain,
        local_latex=written.latex,
        contribution=made.contribution,
        before=made.before,
        after=made.contribution if made.before is None else made.before + made.contribution,
        finite_difference=seen.slope,
        kink=seen.kink,
    )


def _edge(ids: dict[Tensor, str], target: Tensor, operand_index: int) -> str:
    return f"{ids[target.operands[operand_index]]}_{ids[target]}_{operand_index}"
