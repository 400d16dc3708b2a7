"""The passes of a run: a cheap raw record at `backward()`, snapshots made of it on demand."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from math import inf
from operator import attrgetter
from typing import Any, overload

import numpy as np

from engine import backward, dtypes
from engine.dtypes import Value
from engine.hooked import Change, hooked
from engine.language import updates
from engine.language.updates import Update
from engine.language.whereabouts import Scopes, ScopesInOrder
from engine.later import later
from engine.ops.defined import Defined
from engine.recording import picture
from engine.snapshot import Snapshot, Step
from engine.swept import Sweep
from engine.tensor import Origin, Tensor

_KEPT = 20_000
"""Nodes of snapshots that are kept; about 2 kB each."""


class Record:
    """What is kept of one `backward()`: its results and leaves in creation order, what may change later, and the
    updates. Plain numbers beside tensors become constants when somebody asks for `tensors`."""

    __slots__ = (
        *("_tensors", "changed", "formula", "forward_only", "hooked", "index", "leaves", "line", "nodes", "origins"),
        *("output", "scopes", "seed", "updates"),
    )

    def __init__(
        self,
        output: Tensor,
        seed: Value | None,
        nodes: list[Tensor],
        scopes: Scopes,
        *,
        formula: bool,
        line: int,
        index: int = 0,
        changed: Mapping[Tensor, Sequence[tuple[int, Tensor]]] | None = None,
        hooked: Mapping[Tensor, Value] | None = None,
        moved: Mapping[Tensor, Value | None] | None = None,
    ) -> None:
        self.index = index
        self.forward_only = False  # whether the program's own rules refuse to say how the way back goes
        self.changed = {} if changed is None else changed  # shared: what changes later is noted there
        self.hooked = hooked or {}  # gradients that a hook of the program let go on
        self.output = output
        self.seed = seed
        used = _settled(nodes, moved) if moved else {}
        self.nodes = nodes
        self._tensors: list[Tensor] | None = None
        # What has no origin is a number written beside a tensor: nothing in the program can change it.
        self.leaves = {
            each: (used.get(each, each.value), None if each.grad is None else each.grad.value, each.requires_grad)
            for each in nodes
            if each.first is None and each.origin is not None
        }
        self.origins = {each: each.origin for each in self.leaves}
        self.scopes = scopes
        self.formula = formula
        self.line = line
        self.updates: list[Update] = []

    @property
    def tensors(self) -> list[Tensor]:
        """All tensors of the pass in creation order."""
        if self._tensors is None:
            self._tensors = []
            for each in self.nodes:
                was = self._as_it_was(each)
                if type(was.second) is float:
                    self._tensors.append(was.operands[1])
                self._tensors.append(each)
        return self._tensors

    def elements(self, since: int) -> int:
        """How many numbers the pass keeps that are younger than `since`, with what its own functions have put aside."""
        young = [each for each in self.nodes if each.birth >= since]
        kept = sum(np.size(each.value) for each in young if type(each.value) is not float)
        return kept + sum(each.op.rule.held() for each in young if isinstance(each.op, Defined))

    @property
    def has_scopes(self) -> bool:
        """Whether its results were made in several rounds of a loop, or calls."""
        first = min((each.birth for each in self.tensors if each.op is not None), default=0)
        return any(first < birth <= self.output.birth for birth, _ in self.scopes)

    def named(self, name: str) -> Value | None:
        """The value of the last tensor of that name."""
        for each in reversed(self.tensors):
            origin = self.origins.get(each, each.origin)
            if origin is not None and origin.name == name:
                return self.leaves[each][0] if each in self.leaves else each.value
        return None

    @property
    def outcome(self) -> Value:
        """The value of the output, as it was."""
        return self.leaves[self.output][0] if self.output in self.leaves else self._as_it_was(self.output).value

    def snapshot(self, source: str, index: int) -> Snapshot:
        """The pass as it was."""
        copies, taken = self.swept()
        made = picture(copies[self.output], list(copies.values()), taken, source=source, pass_index=index)
        made = self.with_updates(made, {each: f"n{place}" for place, each in enumerate(self.tensors)})
        if made.rows:  # what the program defines itself is asked now
            return dataclasses.replace(made, steps=made.steps)
        return made

    def swept(self) -> tuple[dict[Tensor, Tensor], Sweep]:
        """The tensors as they were, copied, since their leaves may have changed since, and their backward sweep."""
        copies: dict[Tensor, Tensor] = {}
        scopes = ScopesInOrder(self.scopes)
        for each in self.tensors:
            if each.first in copies and type(each.second) is not tuple and each not in self.changed:
                copies[each] = self._twin(each, copies, scopes)
            elif each.first is None and each.origin is None and each not in self.changed:
                copies[each] = each  # a number written beside a tensor
            else:
                copies[each] = self._copy(each, copies, scopes)
        output = copies[self.output]
        swept = Sweep()
        if output.requires_grad and not self.forward_only:
            said = {copies[each]: value for each, value in self.hooked.items() if each in copies}
            with hooked({each: _always(value) for each, value in said.items()}):
                swept = backward.sweep(output, seed=self.seed if self.seed is not None else _ones(output))
            swept.leaves.update({each: value for each, value in said.items() if each in swept.leaves})
        return copies, self._accumulated(swept, copies)

    def _copy(self, key: Tensor, copies: Mapping[Tensor, Tensor], scopes: ScopesInOrder) -> Tensor:
        made, tensor = Tensor(), self._as_it_was(key)
        made.value, made.op, made.attributes = tensor.value, tensor.op, tensor.attributes
        made.requires_grad, made.birth = tensor.requires_grad, tensor.birth
        made.grad = made.pending = None
        origin = tensor.origin
        if key in self.leaves:
            made.value, _, made.requires_grad = self.leaves[key]  # it may have been frozen then
            made.birth = -1  # older than whatever was made of it
            origin = self.origins[key]
        cut = any(each not in copies for each in tensor.operands)
        made.op = None if cut else tensor.op
        made.operands = () if cut else tuple(copies[each] for each in tensor.operands)
        name, span = (origin.name, origin.span) if origin else (None, None)
        if made.op is not None:
            made.origin = Origin("op", name, span, scopes.at(tensor.birth))
        elif self.formula and origin is not None:
            made.origin = Origin(origin.kind, name, span)
        else:
            kind: Any = "parameter" if made.requires_grad else "leaf" if name else "constant"
            made.origin = Origin(kind, name, span)
        return made

    def _twin(self, key: Tensor, copies: Mapping[Tensor, Tensor], scopes: ScopesInOrder) -> Tensor:
        """As `_copy`, of a result of one operand or two that nothing has changed: nearly all are."""
        second = key.second
        if second is not None and second not in copies:
            return self._copy(key, copies, scopes)
        made, origin = Tensor(), key.origin
        made.value, made.op, made.attributes = key.value, key.op, key.attributes
        made.requires_grad, made.birth = key.requires_grad, key.birth
        made.grad = made.pending = None
        made.first = copies[key.first]  # type: ignore[index]
        made.second = None if second is None else copies[second]  # type: ignore[index]
        scope = scopes.at(key.birth)
        if origin is None or scope or origin.kind != "op":
            origin = Origin("op", origin.name, origin.span, scope) if origin else Origin("op", None, None, scope)
        made.origin = origin
        return made

    def _as_it_was(self, tensor: Tensor) -> Tensor:
        """The tensor at the time of the pass: a program may have changed it in place since."""
        later = (twin for count, twin in self.changed.get(tensor, ()) if count > self.index)
        return next(later, tensor)

    def _accumulated(self, swept: Sweep, copies: Mapping[Tensor, Tensor]) -> Sweep:
        """The sweep with what was left in the leaves' gradients before it: contributions pile up on that."""
        left = {
            copies[each]: gradient
            for each, (_, gradient, trained) in self.leaves.items()
            if gradient is not None and trained and np.any(gradient)
        }
        return dataclasses.replace(swept, earlier=left)

    def with_updates(self, snapshot: Snapshot, ids: Mapping[Tensor, str]) -> Snapshot:
        """The snapshot and, as its last steps, what training did to the leaves that have an id."""
        if not self.updates:
            return snapshot

        def steps() -> tuple[Step, ...]:
            names = {node.id: node.label for node in snapshot.nodes}
            return *snapshot.steps, *updates.steps(self.updates, ids, names, len(snapshot.steps))

        return dataclasses.replace(snapshot, steps=later(steps))


def _always(value: Value) -> Change:
    return lambda gradient: value


def _ones(output: Tensor) -> Value:
    return 1.0 if type(output.value) is float else dtypes.normal(np.ones_like(output.value))


def graph(output: Tensor, since: int) -> list[Tensor]:
    """The tensors `output` was made from, in creation order; plain numbers beside tensors are left out. What was
    computed without a gradient before `since` is data: what it was made from is not followed."""
    found = {output}
    queue = [output]
    for node in queue:
        first, second = node.first, node.second
        if first is None or not (node.requires_grad or node.birth >= since or node is output):
            continue
        if first not in found:
            found.add(first)
            queue.append(first)
        if type(second) is tuple:
            for each in second:
                if each not in found:
                    found.add(each)
                    queue.append(each)
        elif isinstance(second, Tensor) and second not in found:
            found.add(second)
            queue.append(second)
    queue.sort(key=attrgetter("birth"))
    return queue


def _settled(nodes: list[Tensor], moved: Mapping[Tensor, Value | None]) -> dict[Tensor, Value]:
    """Puts the leaves that were changed after they were used, but before `backward()`, in front of what was made of
    them; answers the values they had, if nothing has been made of the new ones."""
    first = next((each.birth for each in nodes if each.first is not None), inf)
    late = {each for each in moved if each.birth > first}
    if not late:
        return {}
    places, again = dict[Tensor, int](), set[Tensor]()
    for node in nodes:
        for each in late.intersection(node.operands):
            if each.birth < node.birth:
                again.add(each)
            else:
                places.setdefault(each, node.birth - 1)
    nodes.sort(key=lambda each: places.get(each, each.birth))
    return {each: value for each in places if each not in again and (value := moved[each]) is not None}


class Passes(Sequence[Snapshot]):
    """All passes of a run; a snapshot is made when it is asked for, and the last few are kept."""

    def __init__(self, source: str, records: Sequence[Record]) -> None:
        self.source = source
        self.records = records
        self._kept: dict[int, Snapshot] = {}

    def __len__(self) -> int:
        return len(self.records)

    @overload
    def __getitem__(self, index: int) -> Snapshot: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequence[Snapshot]": ...
    def __getitem__(self, index: int | slice) -> "Snapshot | Sequence[Snapshot]":
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        place = range(len(self.records))[index]
        if place not in self._kept:
            if len(self._kept) * len(self.records[place].tensors) > _KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[place] = self.records[place].snapshot(self.source, place)
        return self._kept[place]

    def __iter__(self) -> Iterator[Snapshot]:
        return (self[index] for index in range(len(self)))

    def series(self, name: str) -> list[Value | None]:
        """The value that was called `name` in each pass, None where there was none. `w.grad` gives gradients."""
        return [record.named(name) for record in self.records]
