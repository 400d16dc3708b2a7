"""A plain layered layout that always answers, however large the plan; no recursion."""

from collections import Counter
from collections.abc import Iterable
from itertools import accumulate, chain, pairwise

from app.render.geometry_dot import RANK_GAP, SIBLING_GAP
from app.render.plan import Geometry, Plan, Point, px
from app.render.ranks import Ends, ends, ranks

SWEEPS = 2  # each looks once at the users and once at the operands; more of them change little
BOW = 14.0  # px by which a line bends for each rank it passes, to get around the boxes there
FARTHEST_BOW = 8  # ranks

Pulls = list[list[tuple[int, float]]]  # for each box its neighbours, and how far from them it wants to be


def layered(plan: Plan) -> Geometry:
    """Geometry of any plan in O(lines + boxes · log boxes): some seconds for 100,000 boxes.

    Boxes never overlap. A line over several ranks is bent but may still pass behind a box.
    """
    if not plan.boxes:
        return Geometry(0.0, 0.0, {}, {}, "layered")
    sideways = plan.direction == "LR"  # work is done along the flow and across it, and turned at the end
    lengths = [box.width if sideways else box.height for box in plan.boxes]
    breadths = [box.height if sideways else box.width for box in plan.boxes]
    lines, rank = ends(plan), ranks(plan)
    ports = _ports(lines, breadths)
    columns: list[list[int]] = [[] for _ in range(max(rank) + 1)]
    for box, column in enumerate(rank):
        columns[column].append(box)
    along = _along(columns, lengths)
    across = _across(columns, breadths, lines, ports)

    curves: list[tuple[Point, ...]] = []
    for (source, target), port in zip(lines, ports, strict=True):
        begin = along[source] + lengths[source] / 2, across[source]
        finish = along[target] - lengths[target] / 2, across[target] + port
        curves.append(_curve(begin, finish, rank[target] - rank[source]))

    corners = [
        (along[box] + sign * lengths[box] / 2, across[box] + sign * breadths[box] / 2)
        for box in range(len(along))
        for sign in (-1, 1)
    ]
    left, right = _extent(point[0] for point in chain(corners, *curves))
    top, bottom = _extent(point[1] for point in chain(corners, *curves))

    def place(point: Point) -> Point:
        x, y = px(point[0] - left), px(point[1] - top)
        return (x, y) if sideways else (y, x)

    width, height = place((right, bottom))
    return Geometry(
        width=width,
        height=height,
        centres={
            box.id: place(centre) for box, centre in zip(plan.boxes, zip(along, across, strict=True), strict=True)
        },
        splines={line.id: tuple(map(place, curve)) for line, curve in zip(plan.lines, curves, strict=True)},
        engine="layered",
    )


def _ports(lines: Ends, breadths: list[float]) -> list[float]:
    """How far from the middle of its target each line ends: operands in their order, from side to side."""
    arriving = Counter(target for _, target in lines)
    arrived: Counter[int] = Counter()
    ports = []
    for _, target in lines:
        arrived[target] += 1
        ports.append(breadths[target] * (arrived[target] / (arriving[target] + 1) - 0.5))
    return ports


def _along(columns: list[list[int]], lengths: list[float]) -> list[float]:
    """Centres along the flow: a rank is as deep as its longest box."""
    along = [0.0] * len(lengths)
    start = 0.0
    for column in columns:
        depth = max(lengths[box] for box in column)
        for box in column:
            along[box] = start + depth / 2
        start += depth + RANK_GAP
    return along


def _across(columns: list[list[int]], breadths: list[float], lines: Ends, ports: list[float]) -> list[float]:
    """Centres across the flow: boxes drawn to their neighbours, rank by rank, in sweeps to and fro."""
    across = [0.0] * len(breadths)
    after: Pulls = [[] for _ in breadths]
    before: Pulls = [[] for _ in breadths]
    for (source, target), port in zip(lines, ports, strict=True):
        after[source].append((target, port))
        before[target].append((source, -port))

    def sweep(some: Iterable[list[int]], neighbours: Pulls) -> None:
        for column in some:
            wanted = {}
            for box in column:
                pulls = [across[other] + port for other, port in neighbours[box]]
                wanted[box] = sum(pulls) / len(pulls) if pulls else across[box]
            column.sort(key=wanted.__getitem__)
            _settle(column, wanted, breadths, across)

    for column in columns:
        _settle(column, dict.fromkeys(column, 0.0), breadths, across)
    for _ in range(SWEEPS):
        sweep(columns, before)
        sweep(reversed(columns), after)
    return across


def _settle(column: list[int], wanted: dict[int, float], breadths: list[float], across: list[float]) -> None:
    """Place a sorted column without overlaps, as near to the wanted places as can be (least squares).

    Boxes that would collide form a block, which stands where its members want it on average (the
    pool-adjacent-violators method); an offset makes "no overlap" into "not decreasing".
    """
    offsets = list(accumulate((_pitch(breadths, a, b) for a, b in pairwise(column)), initial=0.0))
    blocks: list[tuple[float, int]] = []
    for box, offset in zip(column, offsets, strict=True):
        total, count = wanted[box] - offset, 1
        while blocks and blocks[-1][0] * count > total * blocks[-1][1]:
            more, others = blocks.pop()
            total, count = total + more, count + others
        blocks.append((total, count))
    places = chain.from_iterable([total / count] * count for total, count in blocks)
    for box, offset, place in zip(column, offsets, places, strict=True):
        across[box] = place + offset


def _pitch(breadths: list[float], box: int, following: int) -> float:
    return (breadths[box] + breadths[following]) / 2 + SIBLING_GAP


def _curve(begin: Point, finish: Point, span: int) -> tuple[Point, ...]:
    reach = max(abs(finish[0] - begin[0]) / 2, RANK_GAP)
    bend = 0.0 if span == 1 else BOW * max(1, min(abs(span), FARTHEST_BOW))
    if begin[1] <= finish[1]:
        bend = -bend
    return begin, (begin[0] + reach, begin[1] + bend), (finish[0] - reach, finish[1] + bend), finish


def _extent(values: Iterable[float]) -> tuple[float, float]:
    ordered = list(values)
    return min(ordered), max(ordered)
