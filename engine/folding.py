"""A pass too large to be looked at, in short: stretches of results as one node each, into which one can look."""

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np

from engine import gathered, mode, recording
from engine.formula import Formula
from engine.language.passes import Record
from engine.snapshot import BackwardStep, Edge, ForwardStep, Node, SeedStep, Shown, Snapshot, Step, shown
from engine.stretches import TO, Card, Outline, Stretch
from engine.swept import Contribution
from engine.tensor import Origin, Tensor

LARGE: Final = 150
"""Nodes beyond which a picture of all of them shows nothing, if loops and calls say how to fold it."""
LARGEST: Final = 400
"""The same for what has neither."""
_AROUND: Final = 16
"""Nodes from outside a stretch that are shown at most."""
OP: Final = "…"
"""The op of a node that stands for many."""

_PRODUCT: Final = Formula("G·J", r"G \cdot J")


@dataclass(frozen=True, slots=True)
class Folded:
    """A stretch of a pass as a snapshot: its nodes are those of the pass, or stand for the `stretches` under their ids.
    `trail` leads from the whole pass to here."""

    snapshot: Snapshot
    stretches: Mapping[str, Stretch]
    trail: tuple[Stretch, ...]
    steps: int
    """Those of the whole pass, unfolded."""


def is_large(record: Record) -> bool:
    """Whether a pass is to be shown folded."""
    count = len(record.tensors)
    return count > LARGEST or (count > LARGE and record.has_scopes)


@mode.calm()
def fold(record: Record, source: str, index: int, first: int = 0, last: int | None = None) -> Folded:
    """The smallest stretch that holds the places `first` to `last` − 1; by default the whole pass."""
    copies, swept = record.swept()
    made = list(copies.values())
    outline = Outline(made, copies[record.output])
    trail = outline.trail(first, len(made) if last is None else last)
    contributions = list(swept.contributions())
    view = _View(outline, trail, contributions, None if swept.empty else _seed(record, copies[record.output]))
    snapshot = record.with_updates(view.snapshot(source, index), view.named(record.tensors))
    return Folded(snapshot, view.stretches, trail, gathered.count(made, contributions) + len(record.updates))


def _seed(record: Record, output: Tensor) -> Any:
    if record.seed is not None:
        return record.seed
    return 1.0 if type(output.value) is float else np.ones_like(output.value)


class _View:
    """One stretch, drawn with what it takes from outside."""

    def __init__(
        self, outline: Outline, trail: Sequence[Stretch], contributions: Sequence[Contribution], seed: Any
    ) -> None:
        whole = trail[-1]
        self.outline, self.whole, self.contributions, self.seed = outline, whole, contributions, seed
        self.after = outline.after(trail)
        self.made, self.places = outline.made, outline.places
        self.operands = [[self.places[each] for each in tensor.operands] for tensor in self.made]
        parts = outline.parts(whole)
        self.cards = [
            *self._around(),
            *(self._card(range(each.first, each.last), each.label, True) for each in parts),
            *self._afterwards(),
        ]
        self.card: dict[int, Card] = {place: card for card in self.cards for place in card.places}
        self.stretches = {
            card.id: Stretch(card.places[0], card.places[-1] + 1, card.label)
            for card in self.cards
            if card.inside and not card.single and card.places[0] < whole.last
        }
        self.entered: dict[Card, Shown | None] = {}
        """With which gradient the way back entered a stretch: an outlet that is used inside as well gets more there."""
        self._connect()
        self.symbols: dict[Tensor, Formula] = {}
        for card in self.cards:
            if card.single and card.inside:
                for place in (card.places[0], *self.operands[card.places[0]]):
                    self.symbols[self.made[place]] = recording.symbol_of(self.made[place], outline.labels[place])
        self.ids = {self.made[place]: card.id for place, card in self.card.items()}

    def _card(self, places: Sequence[int], label: str, inside: bool) -> Card:
        return Card(f"n{places[-1]}", label, places, inside, [] if inside else list(places))

    def _afterwards(self) -> Iterator[Card]:
        """What follows, up to the output: there the gradients come from."""
        last, output = self.whole.last, self.outline.output
        rest = [place for place in range(last, len(self.made)) if place != output]
        if any(self.made[place].op is not None for place in rest):
            yield self._card(rest, self.after, True)
        if output >= last:
            yield self._card([output], self.outline.labels[output], True)

    def _around(self) -> Iterator[Card]:
        first, last, output = self.whole.first, self.whole.last, self.outline.output
        shown = [*range(first, last), *([output] if output >= last else [])]
        taken = sorted({each for place in shown for each in self.operands[place] if each < first})
        size = math.ceil(len(taken) / _AROUND) or 1
        for start in range(0, len(taken), size):
            some = taken[start : start + size]
            ends = dict.fromkeys(self.outline.labels[place] for place in (some[0], some[-1]))
            yield self._card(some, TO.join(ends), False)

    def _connect(self) -> None:
        """Which results leave their card, and where they go."""
        for place in range(self.whole.first, len(self.made)):
            target = self.card.get(place)
            for each in self.operands[place]:
                source = self.card.get(each)
                if source is None or source is target:
                    continue
                if source.inside and each not in source.outlets:
                    source.outlets.append(each)
                if target is not None and not target.single:
                    target.operands.setdefault(source, len(target.operands))
        for card in self.cards:
            if self.outline.output in card.places and self.outline.output not in card.outlets:
                card.outlets.append(self.outline.output)
            card.outlets = sorted(card.outlets) or [card.places[-1]]

    def snapshot(self, source: str, index: int) -> Snapshot:
        """The view as a pass of its own."""
        known: dict[Tensor, Any] = {}
        steps = tuple(gathered.numbered(self._steps(known)))
        return Snapshot(
            source=source,
            pass_index=index,
            output=self.card[self.outline.output].id,
            dtype=str(self.made[self.outline.output].dtype),
            nodes=tuple(self._node(card, known) for card in self.cards),
            edges=tuple(self._edges()),
            steps=steps,
            rows=recording.own_rows(self.named(self.made)),
        )

    def named(self, tensors: Sequence[Tensor]) -> dict[Tensor, str]:
        """The ids of the tensors that have a card of their own here."""
        return {tensors[card.places[0]]: card.id for card in self.cards if card.single and card.inside}

    # --- nodes and edges

    def _node(self, card: Card, known: Mapping[Tensor, Any]) -> Node:
        gradient = self.entered[card] if card in self.entered else self._gradient(card, known)
        if card.single:
            tensor = self.made[card.places[0]]
            if card.inside:
                return recording.node_of(tensor, self.ids, self.symbols, known.get(tensor))
            return dataclasses.replace(self._taken(tensor, card), gradient=gradient)
        tensors = [self.made[place] for place in card.places]
        value = gathered.held([tensor.value for tensor in self._outlets(card)])
        made = card.inside and any(tensor.op is not None for tensor in tensors)
        return Node(
            id=card.id,
            kind="op" if made else "leaf",
            op=OP if made else None,
            name=None,
            label=card.label,
            label_latex=self._outlet(card).latex,
            expression=None,
            expression_latex=None,
            operands=tuple(each.id for each in card.operands),
            attributes={"results": sum(tensor.op is not None for tensor in tensors)} if made else {},
            shape=np.shape(value),
            dtype=str(tensors[-1].dtype),
            value=value,
            gradient=gradient,
            requires_grad=any(tensor.requires_grad for tensor in self._outlets(card)),
            span=gathered.span(tensors),
            scope=(),
        )

    def _taken(self, tensor: Tensor, card: Card) -> Node:
        """A result from outside is a leaf here."""
        bare = Tensor()
        bare.value, bare.requires_grad, bare.op, bare.operands = tensor.value, tensor.requires_grad, None, ()
        bare.attributes, bare.birth, bare.grad, bare.pending = (), tensor.birth, None, None
        origin = tensor.origin
        kind: Any = "leaf" if tensor.op is not None or origin is None else origin.kind
        bare.origin = Origin(kind, origin.name, origin.span) if origin else None
        return recording.node_of(bare, {bare: card.id}, {bare: recording.symbol_of(bare, card.label)}, None)

    def _outlets(self, card: Card) -> list[Tensor]:
        return [self.made[place] for place in card.outlets]

    def _outlet(self, card: Card) -> Formula:
        """What leaves a card, as mathematics: `y`, or `y` with `k=9` as an index."""
        place = card.outlets[0]
        symbol = recording.symbol_of(self.made[place], self.outline.labels[place])
        if card.single:
            return symbol
        last = rf"\text{{{card.label.split(TO)[-1]}}}"
        return Formula(symbol.plain, last if len(card.outlets) > 1 else rf"{{{symbol.latex}}}_{{{last}}}")

    def _gradient(self, card: Card, known: Mapping[Tensor, Any]) -> Shown | None:
        """That of all its outlets; of one that was not reached beside others that were, zeros."""
        found = [(tensor, known.get(tensor)) for tensor in self._outlets(card)]
        if all(gradient is None for _, gradient in found):
            return None
        return gathered.held([np.zeros(tensor.shape) if gradient is None else gradient for tensor, gradient in found])

    def _edges(self) -> Iterator[Edge]:
        for card in self.cards:
            if not card.inside:
                continue
            into = [self.card[each] for each in self.operands[card.places[0]]] if card.single else list(card.operands)
            for index, source in enumerate(into):
                yield Edge(id=f"{source.id}_{card.id}_{index}", source=source.id, target=card.id, operand_index=index)

    # --- steps

    def _steps(self, known: dict[Tensor, Any]) -> Iterator[Step]:
        """`known` gathers the gradients."""
        for card in self.cards:
            if card.inside and any(self.made[place].op is not None for place in card.places):
                yield ForwardStep(
                    index=0, node=card.id, value=gathered.held([each.value for each in self._outlets(card)])
                )
        if self.seed is None:
            return
        output = self.made[self.outline.output]
        known[output] = self.seed
        yield SeedStep(index=0, node=self.card[self.outline.output].id, gradient=shown(self.seed))
        inside = (each for each in self.contributions if self.places[each.node] >= self.whole.first)
        for target, run in groupby(inside, key=lambda each: self.card[self.places[each.node]]):
            some = list(run)
            yield from self._one_by_one(some, known) if target.single else self._together(target, some, known)

    def _one_by_one(self, some: Iterable[Contribution], known: dict[Tensor, Any]) -> Iterator[Step]:
        slopes: tuple[Formula, ...] = ()
        for each in some:
            slopes = slopes or recording.slopes_of(each.node, self.symbols)
            operand = each.operand
            source = self.card[self.places[operand]]
            before = self._gradient(source, known)
            landed = gathered.landed(each)
            known[operand] = landed if each.before is None else each.before + landed
            for step in recording.backward_steps(0, each, self.ids, slopes[each.operand_index]):
                if source.single:
                    yield step
                elif isinstance(step, BackwardStep):
                    after = self._gradient(source, known)
                    yield dataclasses.replace(step, broadcast=(), before=before, after=after)

    def _together(self, target: Card, some: Iterable[Contribution], known: dict[Tensor, Any]) -> Iterator[BackwardStep]:
        """All that a stretch hands to each of its operands, as one contribution."""
        upstream = self.entered[target] = self._gradient(target, known)
        before: dict[Card, Shown | None] = {}
        sums: dict[Tensor, Any] = {}
        for each in some:
            operand = each.operand
            landed = gathered.landed(each)
            source = self.card.get(self.places[operand])
            if source is not None and source is not target:
                if source not in before:
                    before[source] = self._gradient(source, known)
                sums[operand] = landed if operand not in sums else sums[operand] + landed
            known[operand] = landed if each.before is None else each.before + landed
        for source, index in target.operands.items():
            if source not in before:
                continue
            contribution, after = self._gradient(source, sums), self._gradient(source, known)
            assert contribution is not None
            local = gathered.quotient(contribution, upstream)
            written = gathered.slope(self._outlet(target), self._outlet(source)) if local is not None else _PRODUCT
            yield BackwardStep(
                index=0,
                edge=f"{source.id}_{target.id}_{index}",
                node=source.id,
                upstream=0.0 if upstream is None else upstream,
                local=local,
                local_formula=written.plain,
                local_latex=written.latex,
                contribution=contribution,
                before=before[source],
                after=after,
                finite_difference=None,
                kink=None,
            )
