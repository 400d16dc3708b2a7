"""A pass as a film: what every slot of the picture shows at step 0, and what changes at each later step.

The server fills the slots of an SVG with it, the page's script those of the SVG it has. Neither knows why.
Slots: `n2.class n2.value n2.gradient n2.title` of nodes, and of tensors `n2.value.cells n2.gradient.cells` (see
`app.render.grid`); `n0_n2_0.class .local .chip .pill` of edges (the last two are the sizes of the pills around the
local derivative and the arithmetic, `56 24`), and `.upstream .factor .contribution .lines` (on how many lines) or,
where tensors flow, `.rule .shapes`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.render import chips, labels
from app.render.arrays import one, shape
from app.render.grid import Scales, blank, cells, scales
from app.render.numbers import NONE
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
    UpdateStep,
)

Frame = dict[str, str]


@dataclass(frozen=True, slots=True)
class Film:
    """`start` has every slot as it is at step 0; `changes[k]` is what step k shows differently from k − 1
    (`changes[0]` is empty). A pass without steps has a start only."""

    start: Frame
    changes: tuple[Frame, ...]

    def at(self, step: int) -> Frame:
        """Every slot at `step`."""
        frame = dict(self.start)
        for change in self.changes[1 : step + 1]:
            frame.update(change)
        return frame


def film(snapshot: Snapshot, frozen: Scales | None = None) -> Film:
    """All steps of a pass. `frozen` are the scales of its run, so that shades can be compared between its passes."""
    return _Camera(snapshot, frozen or scales((snapshot,))).shoot()


def moment(snapshot: Snapshot, step: int, frozen: Scales | None = None) -> Frame:
    """What a reader can see change at one step when only numbers are other ones: the slots of `film(...).at(step)` but
    for titles, for classes, and for arithmetic on edges that are not active."""
    return _Camera(snapshot, frozen or scales((snapshot,))).snap(step)


class _Camera:
    """Walks through the steps and notes what each of them lights up and what goes out again."""

    def __init__(self, snapshot: Snapshot, frozen: Scales) -> None:
        self.snapshot = snapshot
        self.scales = frozen
        self.output = labels.output_label(snapshot)
        self.nodes = {node.id: node for node in snapshot.nodes}
        self.edges = {edge.id: edge for edge in snapshot.edges}
        self.tensors = {node.id for node in snapshot.nodes if not one(node.shape)}
        self.reached: set[str] = set()
        self.rules: set[str] = set()  # edges along which tensors flow
        self.arriving: dict[str, list[Edge]] = {}
        for edge in snapshot.edges:
            self.arriving.setdefault(edge.target, []).append(edge)

    def shoot(self) -> Film:
        frame = self._before()
        changes: list[Frame] = []
        fading: Frame = {}
        for step in self.snapshot.steps:
            change = fading | self._shown(step)
            fading = self._fading(step)
            if not changes:
                frame |= change
                change = {}
            changes.append(change)
        return Film(frame, tuple(changes))

    def snap(self, at: int) -> Frame:
        """Goes through the steps without writing them down."""
        steps = self.snapshot.steps[: at + 1]
        values: dict[str, Shown] = {node.id: node.value for node in self.snapshot.nodes if not node.operands}
        values |= {step.node: step.before for step in reversed(self.snapshot.steps) if isinstance(step, UpdateStep)}
        gradients: dict[str, Shown | None] = {}
        for step in steps:
            match step:
                case ForwardStep():
                    values[step.node] = step.value
                case UpdateStep():
                    values[step.node] = step.after
                case SeedStep():
                    gradients[step.node] = step.gradient
                case BackwardStep(broadcast=()) | UnbroadcastStep():
                    gradients[step.node] = step.after
        frame: Frame = {}
        for id, value in values.items():
            frame |= self._value(self.nodes[id], value)
        for id, gradient in gradients.items():
            frame |= self._gradient(self.nodes[id], gradient)
        for edge, step in self._slopes():
            if edge.target in values and not chips.is_tensor(step):
                frame |= _slope(step)
        if steps and isinstance(step := steps[-1], BackwardStep) and not chips.is_tensor(step):
            frame |= _arithmetic(step)
        return frame

    def _slopes(self) -> Iterator[tuple[Edge, BackwardStep]]:
        return ((self.edges[step.edge], step) for step in self.snapshot.steps if isinstance(step, BackwardStep))

    def _before(self) -> Frame:
        """The picture before the first step: leaves have values, nothing else has."""
        frame: Frame = {}
        values = {step.node: step.before for step in reversed(self.snapshot.steps) if isinstance(step, UpdateStep)}
        for node in self.snapshot.nodes:
            waiting = bool(node.operands)
            value = values.get(node.id, node.value)
            frame[f"{node.id}.class"] = self._node_class(node, "pending" if waiting else "")
            frame |= self._value(node, None if waiting else value)
            frame[f"{node.id}.gradient"] = NONE
            if node.id in self.tensors and node.requires_grad:
                frame[f"{node.id}.gradient.cells"] = blank(node.shape)
            frame[f"{node.id}.title"] = labels.label(node) if waiting else self._title(node, value, None)
        backward = {step.edge: step for step in self.snapshot.steps if isinstance(step, BackwardStep)}
        for edge in self.snapshot.edges:
            frame[f"{edge.id}.class"] = "edge pending"
            if step := backward.get(edge.id):
                if chips.is_tensor(step):
                    self.rules.add(edge.id)
                    frame |= self._rule(step)
                else:
                    frame |= _arithmetic(step)
        return frame

    def _shown(self, step: Step) -> Frame:
        node = self.nodes[step.node]
        match step:
            case ForwardStep():
                return {
                    f"{node.id}.class": self._node_class(node, "computing"),
                    **self._value(node, step.value),
                    f"{node.id}.title": self._title(node, step.value, None),
                    **{f"{edge.id}.class": "edge flowing" for edge in self.arriving.get(node.id, ())},
                }
            case SeedStep():
                return self._received(node, step.gradient)
            case BackwardStep():
                target = self.nodes[self.edges[step.edge].target]
                lit = {
                    f"{target.id}.class": self._node_class(target, "giving"),
                    f"{step.edge}.class": "edge active",
                }
                return lit if step.broadcast else lit | self._received(node, step.after)
            case UnbroadcastStep():
                return {f"{step.edge}.class": "edge active", **self._undone(step), **self._received(node, step.after)}
            case UpdateStep():
                return {
                    f"{node.id}.class": self._node_class(node, "updating"),
                    **self._value(node, step.after),
                    f"{node.id}.title": self._title(node, step.after, node.gradient),
                }

    def _fading(self, step: Step) -> Frame:
        """What the following step puts out again."""
        node = self.nodes[step.node]
        plain = {f"{node.id}.class": self._node_class(node, "")}
        match step:
            case ForwardStep():
                return plain | {f"{edge.id}.class": "edge" for edge in self.arriving.get(node.id, ())}
            case BackwardStep():
                target = self.nodes[self.edges[step.edge].target]
                return plain | {f"{target.id}.class": self._node_class(target, ""), f"{step.edge}.class": "edge done"}
            case UnbroadcastStep():
                return plain | {f"{step.edge}.class": "edge done"}
            case _:
                return plain

    def _value(self, node: Node, value: Shown | None) -> Frame:
        if node.id not in self.tensors:
            return {f"{node.id}.value": labels.number(value)}
        shades = blank(node.shape) if value is None else cells(value, self.scales.values.get(node.id, 0.0))
        return {f"{node.id}.value": labels.summary(value), f"{node.id}.value.cells": shades}

    def _received(self, node: Node, gradient: Shown | None) -> Frame:
        self.reached.add(node.id)
        return {
            f"{node.id}.class": self._node_class(node, "receiving"),
            **self._gradient(node, gradient),
            f"{node.id}.title": self._title(node, node.value, gradient),
        }

    def _gradient(self, node: Node, gradient: Shown | None) -> Frame:
        shown = {f"{node.id}.gradient": labels.number(gradient)}
        if node.id in self.tensors:
            shown[f"{node.id}.gradient.cells"] = (
                blank(node.shape) if gradient is None else cells(gradient, self.scales.gradient)
            )
        return shown

    def _title(self, node: Node, value: Shown, gradient: Shown | None) -> str:
        return labels.title(node, self.output, value, gradient)

    def _node_class(self, node: Node, state: str) -> str:
        role = " output" if node.id == self.snapshot.output else ""
        reached = " reached" if node.id in self.reached else ""
        many = " many" if node.op == labels.MANY else ""
        return f"node {node.kind}{many}{role}{reached} {state}".rstrip()

    def _rule(self, step: BackwardStep) -> Frame:
        target = self.nodes[self.edges[step.edge].target]
        text = labels.cut(step.local_formula, chips.CHARACTERS)
        width, height = chips.room(step, target, self.nodes)
        return {
            f"{step.edge}.local": text,
            f"{step.edge}.chip": chips.pill(text),
            f"{step.edge}.rule": chips.rule(step),
            f"{step.edge}.shapes": chips.shapes(step, target, self.nodes),
            f"{step.edge}.pill": f"{width:g} {height:g}",
        }

    def _undone(self, step: UnbroadcastStep) -> Frame:
        if step.edge not in self.rules:
            return {}
        shapes = chips.shape_change(shape(step.stretched), shape(step.contribution))
        return {f"{step.edge}.rule": chips.sum_rule(step.axes), f"{step.edge}.shapes": shapes}


def _slope(step: BackwardStep) -> Frame:
    text = chips.local(step)
    return {f"{step.edge}.local": text, f"{step.edge}.chip": chips.pill(text)}


def _arithmetic(step: BackwardStep) -> Frame:
    upstream, factor, contribution = labels.arithmetic(step)
    lines, pill = chips.arithmetic(upstream, factor, contribution)
    edge = step.edge
    return {
        **_slope(step),
        f"{edge}.upstream": upstream,
        f"{edge}.factor": factor,
        f"{edge}.contribution": contribution,
        f"{edge}.pill": pill,
        f"{edge}.lines": lines,
    }
