"""What the panel says about updates: how a parameter moves, with which numbers, and what the optimizer keeps."""

import math
from collections.abc import Mapping

import numpy as np
from markupsafe import Markup

from app.render import speech, trace
from app.render.arrays import finite, one, reach, single, worst
from app.render.figures import figures
from app.render.grid import Scales
from app.render.labels import number
from app.render.mathml import mathml
from app.render.numbers import short
from app.render.speech import Speech, name, some, symbol
from app.render.trace import Part
from app.render.updates import with_numbers
from app.render.view import Language
from engine.snapshot import Node, Shown, UpdateStep

Caption = dict[str, str]


class UpdateNarrator(Speech):
    """Tells the steps in which training changes parameters."""

    def __init__(self, lang: Language, nodes: Mapping[str, Node], scales: Scales) -> None:
        super().__init__(lang)
        self.nodes, self.scales = nodes, scales

    def caption(self, step: UpdateStep) -> Caption:
        """What one update does."""
        node = self.nodes[step.node]
        rule = ""
        if step.expression_latex:
            rule = f'<math display="block"><mrow>{symbol(node)}<mo>←</mo>{mathml(step.expression_latex)}</mrow></math>'
        if not one(node.shape):
            kept = self._kept(step, {})
            return {"node": symbol(node), "becomes": rule, "kept": kept} | self._tensor(step)
        numbers = {
            node.label: ("value", _number(step.before)),
            f"{node.label}.grad": ("gradient", _number(node.gradient)),
        }
        after = {each.name: ("state", _number(each.after)) for each in step.state}
        worked = with_numbers(step.expression or "", numbers | after, _number(step.after), "value")
        return {
            "node": symbol(node),
            "becomes": rule + (f'<p class="worked">{worked}</p>' if worked else ""),
            "kept": self._kept(step, numbers),
            "before": number(step.before),
            "after": number(step.after),
            "says": self._moves(node, _number(step.before), _number(step.after)),
        }

    def _moves(self, node: Node, before: float, after: float) -> str:
        """How far a single number goes; one that hardly moves looks the same before and after."""
        if before == after:
            return self._say("The update leaves {node} at {value}.", node=name(node), value=speech.value(after))
        if short(before) == short(after) and math.isfinite(after):
            return self._say(
                "The update moves {node} by {change}; it is still about {value}.",
                node=name(node),
                change=speech.value(after - before),
                value=speech.value(after),
            )
        return self._say(
            "The update moves {node} from {before} to {after}.",
            node=name(node),
            before=speech.value(before),
            after=speech.value(after),
        )

    def _tensor(self, step: UpdateStep) -> Caption:
        """Training moves the numbers of a parameter."""
        node = self.nodes[step.node]
        scale = self.scales.values.get(node.id) or reach(node.value)
        parts = [
            (Part(self._text("before"), "value", step.before, scale), ""),
            (Part(self._text("after"), "value", step.after, scale), ""),
            *(
                (Part(each.name, "value", each.after, reach(each.after)), "")
                for each in step.state
                if each.before is not None
            ),
        ]
        return {
            "says": self._moves_all(node, step),
            "parts": figures(parts),
            "trace": trace.json_of("values", [part for part, _ in parts]),
        }

    def _moves_all(self, node: Node, step: UpdateStep) -> str:
        """How far the numbers of a tensor go."""
        if not finite(step.after):
            return self._say(
                "After the update there is {value} among the numbers of {node}.",
                node=name(node),
                value=speech.value(worst(step.after)),
            )
        moved = reach(np.asarray(step.after, dtype=np.float64) - np.asarray(step.before, dtype=np.float64))
        if not moved:
            return self._say("The update leaves all numbers of {node} as they are.", node=name(node))
        return self._say(
            "The update moves the numbers of {node}, the farthest by {most}.",
            node=name(node),
            most=speech.value(moved),
        )

    def _kept(self, step: UpdateStep, numbers: Mapping[str, tuple[str, float]]) -> str:
        """What the optimizer keeps of the parameter: how each is renewed, and with which numbers."""
        if not step.state:
            return ""
        lines = Markup()
        for each in step.state:
            old = {} if each.before is None else {each.name: ("state", _number(each.before))}
            worked = with_numbers(each.rule, {**numbers, **old}, _number(each.after), "state") if numbers else Markup()
            rule = Markup("<math>{}<mo>{}</mo>{}</math>").format(
                mathml(each.name_latex), "=" if each.before is None else "←", mathml(each.rule_latex)
            )
            lines += Markup("<li>{}<span>{}</span></li>").format(
                rule, worked or Markup("= {}").format(some("state", each.after))
            )
        return Markup("<h3>{}</h3><ul>{}</ul>").format(self._text("What the optimizer keeps"), lines)


def _number(value: Shown | None) -> float:
    known = None if value is None else single(value)
    return math.nan if known is None else known
