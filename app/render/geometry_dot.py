"""A plan as DOT source that asks for geometry and nothing else."""

import graphviz

from app.render.plan import Plan

POINTS_PER_INCH = 72.0
SIBLING_GAP = 26.0  # px between two boxes of one rank
RANK_GAP = 14.0  # px between two ranks

# Cut short network simplex and crossing reduction, which is where dot spends its time on large graphs.
TIGHT = {"nslimit": "1", "nslimit1": "1", "mclimit": "0.1"}


def geometry_dot(plan: Plan, *, tight: bool = False) -> str:
    """DOT source of `plan`: fixed sizes in inches, constant attributes, ids that Plan has checked.

    No text of a user gets in. A line carries its id, by which parallel lines are told apart in json0, and no
    arrow head, so that its curve ends on the border of the box.
    """
    graph = graphviz.Digraph(
        graph_attr={
            "rankdir": plan.direction,
            "nodesep": _inches(SIBLING_GAP),
            "ranksep": _inches(RANK_GAP),
            "ordering": "in",
            **(TIGHT if tight else {}),
        },
        node_attr={"shape": "box", "fixedsize": "true", "label": ""},
        edge_attr={"dir": "none"},
        body=[
            *(f'\t"{it.id}" [height={_inches(it.height)} width={_inches(it.width)}]\n' for it in plan.boxes),
            *(f'\t"{it.source}" -> "{it.target}" [id="{it.id}"]\n' for it in plan.lines),
        ],
    )
    source: str = graph.source
    return source


def _inches(px: float) -> str:
    return f"{px / POINTS_PER_INCH:.6f}"
