"""What was measured beside what a step says: the slope of one operation, on both sides of a kink, along a direction."""

from collections.abc import Mapping

from markupsafe import Markup, escape

from app.render import chips, rows, speech
from app.render.arrays import one, single
from app.render.labels import MANY
from app.render.numbers import short
from app.render.speech import Speech, coloured, name
from app.render.view import Language
from engine.snapshot import BackwardStep, Edge, Node


class Witness(Speech):
    """Tells what the finite differences of the steps say."""

    def __init__(self, lang: Language, nodes: Mapping[str, Node], edges: Mapping[str, Edge], output: Node) -> None:
        super().__init__(lang)
        self.nodes, self.edges, self.output = nodes, edges, output

    def of(self, step: BackwardStep) -> str:
        """The measured slope, and whether it agrees; empty where there is none."""
        kink = rows.kink(self.nodes[self.edges[step.edge].target])
        if step.kink is not None:
            left, right = step.kink
            said = self._say(
                "Measured slope: {left} on the left, {right} on the right.",
                left=speech.local(left),
                right=speech.local(right),
            )
            if chips.is_tensor(step):
                said = self._say("At some of the numbers: {measured}", measured=Markup(said))
            between = "" if self.lang == "zh" else " "
            return said + between + str(escape(kink[1 if self.lang == "zh" else 0])) if kink else said
        if step.expected_difference is not None and step.finite_difference is not None:
            return self._along(step, step.finite_difference, step.expected_difference)
        if not isinstance(step.local, float) or chips.is_tensor(step):
            return ""
        if self.nodes[self.edges[step.edge].target].op == MANY:
            return self._say("This is the slope of many operations together; look inside to see each of them.")
        if step.finite_difference is None:
            return self._say("No slope can be measured here: the operation leaves its domain.")
        return self._say(
            "{mark} Measured slope: {slope}, by a tiny change of the operand.",
            mark=_mark(_agree(step.local, step.finite_difference)),
            slope=speech.local(float(f"{step.finite_difference:.4g}")),
        )

    def contradicts(self, step: BackwardStep) -> bool:
        """Whether a rule of the program's own is not the slope of what its function computes."""
        said, measured = step.expected_difference, step.finite_difference
        if said is None or measured is None or not rows.is_own(self.nodes[self.edges[step.edge].target]):
            return False
        return not _agree(said, measured, self._exact(step))

    def _exact(self, step: BackwardStep) -> float:
        return 1e-3 if self.nodes[step.node].dtype == "float32" else 1e-5

    def _along(self, step: BackwardStep, measured: float, expected: float) -> str:
        """What was measured by moving all numbers of an operand together; of a single number that is its slope."""
        node, target = self.nodes[step.node], self.nodes[self.edges[step.edge].target]
        mark = _mark(_agree(expected, measured, self._exact(step)))
        if rows.is_own(target):
            return self._of_own(step, node, measured, expected, mark)
        slope = None if step.local is None or chips.is_tensor(step) else single(step.local)
        if slope is not None and expected:
            return self._say(
                "{mark} Measured slope: {slope}, by a tiny change of the operand.",
                mark=mark,
                slope=speech.local(float(f"{slope * measured / expected:.4g}")),
            )
        values = {
            "mark": mark,
            "node": name(node),
            "target": name(target),
            "output": name(self.output),
            "slope": coloured("gradient", short(float(f"{measured:.4g}"))),
            "expected": coloured("gradient", short(float(f"{expected:.4g}"))),
        }
        if target.id == self.output.id:
            return self._say(
                "{mark} Measured: with all numbers of {node} moved a tiny bit along one direction, {output} changes at "
                "the rate {slope}. The contribution says {expected}.",
                **values,
            )
        return self._say(
            "{mark} Measured: with all numbers of {node} moved a tiny bit along one direction, {output} changes "
            "through {target} at the rate {slope}. The contribution says {expected}.",
            **values,
        )

    def _of_own(self, step: BackwardStep, node: Node, measured: float, expected: float, mark: Markup) -> str:
        """A rule of the program's own beside what its function does; some are meant to differ."""
        values = {
            "mark": mark,
            "node": name(node),
            "slope": coloured("gradient", short(float(f"{measured:.4g}"))),
            "expected": coloured("gradient", short(float(f"{expected:.4g}"))),
        }
        if one(node.shape):
            said = self._say("{mark} Your backward gives {expected}, central differences give {slope}.", **values)
        else:
            said = self._say(
                "{mark} With all numbers of {node} moved a tiny bit along one direction, your backward gives "
                "{expected}, central differences give {slope}.",
                **values,
            )
        between = "" if self.lang == "zh" else " "
        return said + between + self._say("That is a mistake, unless it is meant.") if self.contradicts(step) else said


def _agree(said: float, measured: float, exact: float = 1e-5) -> bool:
    return abs(measured - said) <= exact * max(1.0, abs(said), abs(measured))


def _mark(agrees: bool) -> Markup:
    return Markup('<b class="check">✓</b>' if agrees else '<b class="alarm">≠</b>')
