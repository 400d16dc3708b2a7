"""What can be said of every pass without making its snapshot: hundreds of passes of a training loop in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.language.passes import Record
from engine.snapshot import Shown, shown
from engine.tensor import Tensor


@dataclass(frozen=True, slots=True)
class Outline:
    """A pass: its output's value, its parameters' values and gradients (None: not reached) by name, and `twin`, the
    first pass of the same structure, whose snapshot differs from this one's in numbers only."""

    index: int
    value: Shown
    parameters: Mapping[str, tuple[Shown, Shown | None]]
    twin: int


def outlines(records: Sequence[Record]) -> list[Outline]:
    """The first passes of a run, or all, in order."""
    first: dict[tuple[Any, ...], int] = {}
    return [_outline(index, record, first) for index, record in enumerate(records)]


def _outline(index: int, record: Record, first: dict[tuple[Any, ...], int]) -> Outline:
    copies, swept = record.swept()
    made = list(copies.values())
    twin = first.setdefault((_structure(made), len(record.updates)), index)
    return Outline(index, shown(copies[record.output].value), dict(_parameters(made, swept.gradients)), twin)


def _parameters(made: Sequence[Tensor], gradients: Mapping[Tensor, Any]) -> Any:
    for number, tensor in enumerate(made):
        if tensor.op is None and tensor.requires_grad:
            name = tensor.origin.name if tensor.origin else None
            gradient = gradients.get(tensor)
            yield name or f"n{number}", (shown(tensor.value), None if gradient is None else shown(gradient))


def _structure(made: Sequence[Tensor]) -> tuple[Any, ...]:
    """Everything a picture shows of a pass but its numbers; of a nameless constant the number too, which names it."""
    places = {tensor: place for place, tensor in enumerate(made)}
    return tuple(
        (
            tensor.op.name if tensor.op else None,
            tuple(places[operand] for operand in tensor.operands),
            tensor.attributes,
            tensor.shape,
            tensor.dtype,
            tensor.requires_grad,
            (tensor.origin.kind, tensor.origin.name) if tensor.origin else None,
            None if tensor.op or tensor.shape or (tensor.origin and tensor.origin.name) else tensor.item(),
        )
        for tensor in made
    )
