"""What can go wrong between a plan and its geometry.

    RenderError
    ├── PlanError (also a ValueError)   the plan itself is wrong: an id, a size, an end of a line
    ├── GraphvizMissing                 the chosen backend is not installed; a person has to act
    └── LayoutError                     Graphviz gave no answer to a good plan
        └── LayoutTimeout               ... within its time

`app.render.layout` answers a LayoutError with a picture of its own; the other two reach the caller.
"""


class RenderError(Exception):
    """Any failure to turn a plan into geometry."""


class PlanError(RenderError, ValueError):
    """A plan that cannot be laid out: a hostile or repeated id, a size that is no size, a loose line."""


class GraphvizMissing(RenderError):
    """The chosen Graphviz is not installed; the message says how to get it or what to choose instead."""


class LayoutError(RenderError):
    """Graphviz refused the graph, ran out of memory or stack, or answered with nonsense."""


class LayoutTimeout(LayoutError):
    """Graphviz did not finish within the seconds it was given."""
