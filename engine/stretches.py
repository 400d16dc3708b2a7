"""A pass as stretches within stretches: by the rounds of its loops and its calls, never more than a screen holds."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from engine import recording
from engine.tensor import Tensor

_CARDS: Final = 36
"""Nodes of a stretch that are shown at most, one by one or as stretches of their own."""
_NAMED: Final = 12
"""Leaves with a gradient that keep a card of their own in a stretch, if there are no more of them."""
TO: Final = " … "
"""Between the labels of the ends of a stretch."""
Scope = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some nodes of a pass that follow each other: those at the places `first` to `last` − 1."""

    first: int
    last: int
    label: str

    def __len__(self) -> int:
        return self.last - self.first


class Outline:
    """A pass as stretches within stretches, by the rounds of loops and the calls its nodes were made in."""

    def __init__(self, made: list[Tensor], output: Tensor) -> None:
        self.made = made
        self.places = {tensor: place for place, tensor in enumerate(made)}
        self.output = self.places[output]
        self.labels = recording.labels(made, output)
        self._parts: dict[Stretch, list[Stretch]] = {}
        self.scopes: list[Scope] = [()] * len(made)
        scope: Scope = ()
        for place in reversed(range(len(made))):  # a leaf belongs to where it is used first
            tensor = made[place]
            if tensor.op is not None and tensor.origin is not None:
                scope = tensor.origin.scope
            self.scopes[place] = scope

    def trail(self, first: int, last: int) -> tuple[Stretch, ...]:
        """From the whole to the smallest stretch that holds some places."""
        trail = [Stretch(0, len(self.made), "")]
        while True:
            inside = (each for each in self.parts(trail[-1]) if len(each) > 1)
            found = next((each for each in inside if each.first <= first and last <= each.last), None)
            if found is None:
                return tuple(trail)
            trail.append(found)

    def parts(self, whole: Stretch) -> list[Stretch]:
        """What a stretch is shown as: never more than a screen holds."""
        if whole not in self._parts:
            self._parts[whole] = self._divided(whole)
        return self._parts[whole]

    def _divided(self, whole: Stretch) -> list[Stretch]:
        if len(whole) <= _CARDS:
            return [self._single(place) for place in range(whole.first, whole.last)]
        scopes = self.scopes[whole.first : whole.last]
        depth = _shared(min(scopes), max(scopes))
        alone = self._alone(whole)
        pieces: list[Stretch] = []
        for (name, single), run in groupby(
            range(whole.first, whole.last), key=lambda place: (self.scopes[place][depth : depth + 1], place in alone)
        ):
            places = list(run)
            if name and not single:
                pieces.append(Stretch(places[0], places[-1] + 1, name[0]))
            else:
                pieces += map(self._single, places)
        return pieces if len(pieces) <= _CARDS else list(self._joined(pieces, alone, len(whole)))

    def after(self, trail: Sequence[Stretch]) -> str:
        """The label of all that follows a stretch, but for the output."""
        here = trail[-1]
        following = [
            part.label
            for level in reversed(trail[:-1])
            for part in self.parts(level)
            if part.first >= here.last and self.output not in range(part.first, part.last)
        ]
        return TO.join(dict.fromkeys((following[0], following[-1]))) if following else TO.strip()

    def _single(self, place: int) -> Stretch:
        return Stretch(place, place + 1, self.labels[place])

    def _alone(self, whole: Stretch) -> set[int]:
        """The places that keep their own card: the output, and leaves with a gradient if they are few."""
        named = {
            place
            for place in range(whole.first, whole.last)
            if (tensor := self.made[place]).requires_grad and tensor.op is None and tensor.origin and tensor.origin.name
        }
        return {self.output} | (named if len(named) <= _NAMED else set())

    def _joined(self, pieces: Sequence[Stretch], alone: set[int], count: int) -> Iterator[Stretch]:
        """Neighbours as one, until they are few and about equally long."""
        room = math.ceil(count / (_CARDS // 2))
        held: list[Stretch] = []
        for piece in pieces:
            if len(piece) == 1 and piece.first in alone:
                yield from self._join(held)
                held = []
                yield piece
                continue
            if held and piece.last - held[0].first > room:
                yield from self._join(held)
                held = []
            held.append(piece)
        yield from self._join(held)

    def _join(self, held: Sequence[Stretch]) -> Iterator[Stretch]:
        if len(held) == 1:
            yield held[0]
        elif held:
            telling = [each for each in held if len(each) > 1 or self.made[each.first].op is not None] or held
            ends = [each.label for each in (telling[0], telling[-1])]
            yield Stretch(held[0].first, held[-1].last, TO.join(dict.fromkeys(ends)))


def _shared(one: Scope, other: Scope) -> int:
    """How many scopes two places have in common; of the least and the greatest, how many all between them have."""
    pairs = zip(one, other, strict=False)
    return next((depth for depth, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


@dataclass(slots=True, eq=False)
class Card:
    """A node of the view: one tensor, or the tensors of a stretch, of which those at `outlets` are used elsewhere."""

    id: str
    label: str
    places: Sequence[int]
    inside: bool
    outlets: list[int]
    operands: dict["Card", int] = field(default_factory=dict)

    @property
    def single(self) -> bool:
        """Whether it is one tensor alone."""
        return len(self.places) == 1
