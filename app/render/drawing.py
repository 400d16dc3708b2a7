"""What is drawn of a pass, and how large: cards for nodes, wires for edges. Text is measured here, nothing placed."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from app.render import chips, labels, plan, tensor_card
from app.render.chips import Box
from app.render.plan import Line, Plan
from app.render.text import width
from app.render.view import Language, View
from engine.ops import TABLE, Elementwise
from engine.snapshot import BackwardStep, Edge, Node, Snapshot

CARD_HEIGHT = 74.0
CONSTANT_HEIGHT = 34.0
HEADING = 31.0  # px down to the rule under the name
PADDING = 10.0
NUMBER_SIZE = 12.0
NAME_SIZE = 14.0
EXPRESSION_SIZE = 12.5
KIND_SIZE = 10.5
BADGE_SIZE = 10.5

_NARROWEST = 118.0  # a card always has room for the widest number, nine characters, so that numbers may change
_MANY_USES = 3  # a leaf used more often is drawn again at each use: long wires cost dot most of its time
_LONG_WIRE = 8  # ranks
_CHIPS_UP_TO = 400  # edges; in a larger graph nobody can read them, and each costs a rank
_NO_CHIP = (None, False)


@dataclass(frozen=True, slots=True)
class Card:
    """One drawing of a node; a shared leaf may have several."""

    id: str
    node: Node
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Wire:
    """One edge between two cards; `chip` is what is reserved on it for its arithmetic, or for the `rule` of a tensor;
    None in a graph too large for either."""

    edge: Edge
    source: str
    target: str
    chip: Box | None = None
    rule: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """All cards in creation order, all wires in the order of their operands."""

    cards: tuple[Card, ...]
    wires: tuple[Wire, ...]

    def plan(self, view: View) -> Plan:
        """What the layout is asked: a chip is a box of its own, so that nothing ever covers it."""
        boxes: list[plan.Box] = []
        lines: list[Line] = []
        arriving: dict[str, list[Wire]] = {}
        for wire in self.wires:
            arriving.setdefault(wire.target, []).append(wire)
        for card in self.cards:
            for wire in arriving.get(card.id, ()):
                if wire.chip:
                    chip = chip_id(wire)
                    boxes.append(plan.Box(chip, *wire.chip))
                    lines.append(Line(f"{chip}_in", wire.source, chip))
                    lines.append(Line(f"{chip}_out", chip, wire.target))
                else:
                    lines.append(Line(wire.edge.id, wire.source, wire.target))
            boxes.append(plan.Box(card.id, card.width, card.height))
        return Plan(tuple(boxes), tuple(lines), view.direction)


def chip_id(wire: Wire) -> str:
    """The name of a wire's chip in the plan."""
    return f"c_{wire.edge.id}"


def drawing(snapshot: Snapshot, view: View) -> Drawing:
    """Cards and wires of a pass, measured in the view's language."""
    nodes = {node.id: node for node in snapshot.nodes}
    copied = _copied(snapshot)
    chips_of = _chips(snapshot, nodes)
    roomy = len(chips_of) <= _CHIPS_UP_TO
    arriving: dict[str, list[Edge]] = {}
    for edge in snapshot.edges:
        arriving.setdefault(edge.target, []).append(edge)
    cards: list[Card] = []
    wires: list[Wire] = []
    for node in snapshot.nodes:
        for edge in arriving.get(node.id, ()):
            source = edge.source
            if source in copied:
                source = f"{source}__{edge.target}_{edge.operand_index}"
                cards.append(_card(source, nodes[edge.source], view))
            box, rule = chips_of.get(edge.id, _NO_CHIP) if roomy else _NO_CHIP
            wires.append(Wire(edge, source, edge.target, box, rule))
        if node.id not in copied:
            cards.append(_card(node.id, node, view))
    return Drawing(tuple(cards), tuple(wires))


def glyph_width(glyph: str) -> float:
    """The width of the chip that names the operation."""
    return round(max(24.0, width(glyph, 12.0, "mono") + 14), 1)


def mark_width(kind: str, glyph: str, lang: Language) -> float:
    """The width of what stands at the right of a card's heading: what the node is or what made it."""
    written = labels.KINDS[lang].get(kind)
    return width(written, KIND_SIZE) if written else glyph_width(glyph)


def badge_width(badge: str) -> float:
    """The width of the shape beside the name of a single number that has one."""
    return round(width(badge, BADGE_SIZE, "mono") + 10)


def _chips(snapshot: Snapshot, nodes: Mapping[str, Node]) -> Mapping[str, tuple[Box | None, bool]]:
    """By the edges that carry a gradient, the room for what stands on them, and whether that is a tensor's rule.

    Where all are numbers the steps say no more than the nodes, so that nobody need wait for them."""
    if not snapshot.rows and all(map(_is_number, snapshot.nodes)):
        carrying = (
            edge.id
            for edge in snapshot.edges
            if nodes[edge.target].gradient is not None and nodes[edge.source].requires_grad
        )
        return dict.fromkeys(carrying, (chips.ARITHMETIC, False))
    steps = [step for step in snapshot.steps if isinstance(step, BackwardStep)]
    targets = {edge.id: nodes[edge.target] for edge in snapshot.edges}
    return {step.edge: (chips.room(step, targets[step.edge], nodes), chips.is_tensor(step)) for step in steps}


def _is_number(node: Node) -> bool:
    return not node.shape and (node.op is None or isinstance(TABLE.get(node.op), Elementwise))


def _card(id: str, node: Node, view: View) -> Card:
    tensor = tensor_card.is_tensor(node)
    if node.kind == "constant" and not tensor:
        return Card(id, node, round(max(40.0, width(labels.label(node), NUMBER_SIZE, "mono") + 24)), CONSTANT_HEIGHT)
    name = width(labels.label(node), NAME_SIZE, "sans-bold")
    made = width(labels.expression(node), EXPRESSION_SIZE)
    heading = PADDING + name + made + 10 + mark_width(node.kind, labels.glyph(node), view.lang) + 10
    if tensor:
        return Card(id, node, *tensor_card.size(node, heading, view))
    if node.shape:
        heading += badge_width(labels.badge(node)) + 6
    return Card(id, node, float(math.ceil(max(_NARROWEST, heading))), CARD_HEIGHT)


def _copied(snapshot: Snapshot) -> frozenset[str]:
    """Leaves and constants that are drawn again at each use: used often, or far from where they were made."""
    rank: dict[str, int] = {}
    for node in snapshot.nodes:
        rank[node.id] = 1 + max((rank[operand] for operand in node.operands), default=-1)
    uses = Counter(edge.source for edge in snapshot.edges)
    spread: dict[str, list[int]] = {}
    for edge in snapshot.edges:
        spread.setdefault(edge.source, []).append(rank[edge.target])
    return frozenset(
        node.id
        for node in snapshot.nodes
        if not node.operands
        and uses[node.id] > 1
        and (uses[node.id] > _MANY_USES or max(spread[node.id]) - min(spread[node.id]) > _LONG_WIRE)
    )
