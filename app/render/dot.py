"""A pass as a complete DOT document that any Graphviz draws well by itself; nothing here is ever laid out by us."""

from collections.abc import Mapping

import graphviz

from app.render import labels
from app.render.arrays import one
from app.render.theme import palette
from app.render.view import View
from engine.snapshot import Snapshot


def document(snapshot: Snapshot, frame: Mapping[str, str], view: View) -> str:
    """DOT with names, operations, values, gradients and, on the edges, local derivatives, as `frame` has them."""
    colours = palette(view.theme)
    value, gradient = labels.ROWS[view.lang]
    graph = graphviz.Digraph(
        "gradstep",
        graph_attr={"rankdir": view.direction, "bgcolor": colours["--paper"], "nodesep": "0.3", "ranksep": "0.5"},
        node_attr={
            "shape": "box",
            "style": "rounded,filled",
            "fontname": "Helvetica",
            "fontsize": "12",
            "color": colours["--wire"],
            "fillcolor": colours["--panel"],
            "fontcolor": colours["--ink"],
        },
        edge_attr={
            "fontname": "Helvetica",
            "fontsize": "11",
            "color": colours["--wire"],
            "fontcolor": colours["--local"],
            "arrowsize": "0.7",
        },
    )
    for node in snapshot.nodes:
        states = frame[f"{node.id}.class"].split()
        if node.kind == "constant" and one(node.shape):
            text = labels.label(node)
        else:
            made = (labels.badge(node), labels.weights(node, view.lang), labels.dtype(node)) if node.shape else ()
            lines = (
                labels.label(node) + labels.expression(node),
                " · ".join(filter(None, made)),
                f"{value} {frame[f'{node.id}.value']}",
                f"{gradient} {frame[f'{node.id}.gradient']}",
            )
            text = "\n".join(filter(None, lines))
        lit = "receiving" in states or "giving" in states
        graph.node(
            node.id,
            label=_literal(text),
            **({"style": "dashed"} if node.kind == "constant" else {}),
            **({"peripheries": "2"} if node.id == snapshot.output else {}),
            **({"color": colours["--gradient"], "penwidth": "2"} if lit else {}),
            **({"color": colours["--value"], "penwidth": "2"} if "computing" in states else {}),
        )
    for edge in snapshot.edges:
        states = frame[f"{edge.id}.class"].split()
        slot = frame.get
        active = "active" in states
        text = ""
        if active and f"{edge.id}.rule" in frame:
            text = f"{slot(f'{edge.id}.rule')}\n{slot(f'{edge.id}.shapes')}"
        elif active:
            text = f"{slot(f'{edge.id}.upstream')} × {slot(f'{edge.id}.factor')} = {slot(f'{edge.id}.contribution')}"
        elif "pending" not in states:
            text = slot(f"{edge.id}.local") or ""
        graph.edge(
            edge.source,
            edge.target,
            **({"label": _literal(text)} if text else {}),
            **(
                {"color": colours["--gradient"], "fontcolor": colours["--gradient"], "style": "dashed", "dir": "back"}
                if active
                else {}
            ),
        )
    source: str = graph.source
    return source


def _literal(text: str) -> str:
    """A label that Graphviz shows as it is: without HTML, entities and its own escapes in it."""
    return graphviz.nohtml(graphviz.escape(text.replace("&", "&amp;")).replace("\n", "\\n"))
