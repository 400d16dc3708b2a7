"""A run over time: the loss of every pass, its parameters' values, and what was printed when."""

import json
from collections.abc import Sequence
from typing import Any, Final

from app import jobs
from app.leaves import scalar, single
from app.programs import Program
from engine.language.outlines import Outline
from engine.program import Run

_CURVES: Final = 8
"""Curves of parameters that are offered by themselves; more than that nobody can tell apart."""

_GRADIENT: Final = ".grad"


def series_json(program: Program, names: Sequence[str] = ()) -> bytes:
    """The output of every pass, the single numbers called `names` (`w.grad`: a gradient; by default the parameters),
    the line of source in which each pass began its way back, and what was printed."""
    run = jobs.evaluate(program)
    asked = [name for name in names if name.endswith(_GRADIENT)]
    outlines = run.outlines() if asked else []
    found = run.series([name for name in names if not name.endswith(_GRADIENT)] or ([] if names else parameters(run)))
    slopes = {name: _gradients(outlines, name) for name in asked}
    answer = {
        "value": [scalar(_plain(each)) for each in run.outputs()],
        "of": {name: [scalar(_plain(value)) for value in values] for name, values in (found | slopes).items()},
        "source_lines": [record.line for record in run.passes.records] if len(run.passes) > 1 else [],
        "lines": printed(run),
    }
    return json.dumps(answer, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _gradients(outlines: Sequence[Outline], name: str) -> list[Any]:
    """The gradient of a parameter in every pass, as the pass made it; None where it has none."""
    whose = name.removesuffix(_GRADIENT)
    return [each.parameters.get(whose, (None, None))[1] for each in outlines]


def parameters(run: Run) -> list[str]:
    """The names of the single numbers that are trained."""
    first = run.outlines(1)[0].parameters
    return [name for name, (value, _) in first.items() if single(value) is not None][:_CURVES]


def printed(run: Run) -> list[dict[str, Any]]:
    """What was printed, line by line, each with its pass and its line of source."""
    found: list[dict[str, Any]] = []
    begun = ""
    for piece in run.lines:
        *whole, begun = (begun + piece.text).split("\n")
        found += [{"text": text, "pass": piece.pass_index, "line": piece.line} for text in whole]
    if begun:
        found.append({"text": begun, "pass": run.lines[-1].pass_index, "line": run.lines[-1].line})
    return found


def _plain(value: Any) -> Any:
    """Numbers of any kind as floats: a whole number is a value too."""
    return float(value) if isinstance(value, int) else value
