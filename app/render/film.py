"""A pass as a film: what every slot of the picture shows at step 0, and what changes at each later step.

The server fills the slots of an SVG with it, the page's script those of the SVG it has. Neither knows why.
Slots: `n2.class n2.value n2.gradient n2.title` of nodes, `n0_n2_0.class .local .upstream .factor
.contribution .chip .pill .stack` of edges (the last three are widths in px: of the local derivative, of the
arithmetic on one line and on two).
"""

from dataclasses import dataclass

from app.render import labels
from app.render.drawing import chip_width, pill_widths
from app.render.numbers import NONE, short
from engine.snapshot import BackwardStep, Edge, ForwardStep, Node, SeedStep, Snapshot, Step

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


def film(snapshot: Snapshot) -> Film:
    """All steps of a pass."""
    return _Camera(snapshot).shoot()


class _Camera:
    """Walks through the steps and notes what each of them lights up and what goes out again."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.output = labels.output_label(snapshot)
        self.nodes = {node.id: node for node in snapshot.nodes}
        self.edges = {edge.id: edge for edge in snapshot.edges}
        self.reached: set[str] = set()
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

    def _before(self) -> Frame:
        """The picture before the first step: leaves have values, nothing else has."""
        frame: Frame = {}
        for node in self.snapshot.nodes:
            waiting = bool(node.operands)
            frame[f"{node.id}.class"] = self._node_class(node, "pending" if waiting else "")
            frame[f"{node.id}.value"] = NONE if waiting else short(node.value)
            frame[f"{node.id}.gradient"] = NONE
            frame[f"{node.id}.title"] = labels.label(node) if waiting else labels.title(node, self.output, None)
        backward = {step.edge: step for step in self.snapshot.steps if isinstance(step, BackwardStep)}
        for edge in self.snapshot.edges:
            frame[f"{edge.id}.class"] = "edge pending"
            if step := backward.get(edge.id):
                frame |= _arithmetic(step)
        return frame

    def _shown(self, step: Step) -> Frame:
        node = self.nodes[step.node]
        match step:
            case ForwardStep():
                return {
                    f"{node.id}.class": self._node_class(node, "computing"),
                    f"{node.id}.value": short(step.value),
                    f"{node.id}.title": labels.title(node, self.output, None),
                    **{f"{edge.id}.class": "edge flowing" for edge in self.arriving.get(node.id, ())},
                }
            case SeedStep():
                return self._received(node, step.gradient, "receiving")
            case BackwardStep():
                target = self.nodes[self.edges[step.edge].target]
                return {
                    f"{target.id}.class": self._node_class(target, "giving"),
                    f"{step.edge}.class": "edge active",
                    **self._received(node, step.after, "receiving"),
                }
            case _:
                return {
                    f"{node.id}.class": self._node_class(node, "computing"),
                    f"{node.id}.value": short(step.after),
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
            case _:
                return plain

    def _received(self, node: Node, gradient: float, state: str) -> Frame:
        self.reached.add(node.id)
        return {
            f"{node.id}.class": self._node_class(node, state),
            f"{node.id}.gradient": short(gradient),
            f"{node.id}.title": labels.title(node, self.output, gradient),
        }

    def _node_class(self, node: Node, state: str) -> str:
        role = " output" if node.id == self.snapshot.output else ""
        reached = " reached" if node.id in self.reached else ""
        return f"node {node.kind}{role}{reached} {state}".rstrip()


def _arithmetic(step: BackwardStep) -> Frame:
    upstream, factor, contribution = labels.arithmetic(step)
    text = labels.local(step)
    line, stack = pill_widths(step)
    return {
        f"{step.edge}.local": text,
        f"{step.edge}.chip": f"{chip_width(text):g}",
        f"{step.edge}.upstream": upstream,
        f"{step.edge}.factor": factor,
        f"{step.edge}.contribution": contribution,
        f"{step.edge}.pill": f"{line:g}",
        f"{step.edge}.stack": f"{stack:g}",
    }
