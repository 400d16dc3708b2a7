"""What the panel says about each step: the chain rule in symbols and numbers, and what a teacher would say."""

from functools import lru_cache

from latex2mathml.converter import convert
from markupsafe import Markup, escape

from app.language import markup, translate
from app.render.alarms import Cause, of_gradients, of_values
from app.render.labels import arithmetic, bracketed
from app.render.numbers import NONE, short
from app.render.view import Language
from engine.ops import TABLE
from engine.snapshot import BackwardStep, Edge, ForwardStep, Node, SeedStep, Snapshot, Step, UpdateStep

Caption = dict[str, str]
"""Slot of the panel → HTML. Keys a phase does not use are absent; `phase` names the panel's section."""


def captions(snapshot: Snapshot, lang: Language, only: int | None = None) -> list[Caption | None]:
    """One caption per step, in order; with `only`, that step's alone and None for the others."""
    narrator = _Narrator(snapshot, lang)
    return [narrator.caption(step) if only in (None, step.index) else None for step in snapshot.steps]


class _Narrator:
    def __init__(self, snapshot: Snapshot, lang: Language) -> None:
        self.lang = lang
        self.count = len(snapshot.steps)
        self.nodes = {node.id: node for node in snapshot.nodes}
        self.edges = {edge.id: edge for edge in snapshot.edges}
        self.output = self.nodes[snapshot.output]
        self.broken_values, self.broken_gradients = of_values(snapshot), of_gradients(snapshot)
        self.slopes: dict[str, list[tuple[Edge, BackwardStep]]] = {}
        self.last: dict[str, int] = {}
        for step in snapshot.steps:
            if isinstance(step, BackwardStep):
                edge = self.edges[step.edge]
                self.slopes.setdefault(edge.target, []).append((edge, step))
                self.last[step.node] = step.index

    def caption(self, step: Step) -> Caption:
        match step:
            case ForwardStep():
                said = self._forward(step)
            case SeedStep():
                said = self._seed(step)
            case BackwardStep():
                said = self._backward(step)
            case UpdateStep():
                said = self._update(step)
        return {
            "phase": step.phase,
            "count": self._say("Step {index} of {count}", index=step.index + 1, count=self.count),
        } | said

    def _forward(self, step: ForwardStep) -> Caption:
        node = self.nodes[step.node]
        operands = [self.nodes[operand] for operand in node.operands]
        inputs = Markup(self._text(", ")).join(
            _name(each) if each.kind == "constant" else Markup(f"{_name(each)} = {_value(each.value)}")
            for each in _distinct(operands)
        )
        heading = self._text("Kept for the way back: the local derivatives")
        kept = "".join(
            f"<li><math>{_slope(node, self.nodes[edge.source])}<mo>=</mo>{_mathml(slope.local_latex)}</math>"
            f" = {_local(slope.local)}</li>"
            for edge, slope in self.slopes.get(node.id, ())
        )
        return {
            "node": _symbol(node),
            "expression": _mathml(node.expression_latex or ""),
            "value": short(step.value),
            "says": self._say(
                "With {inputs}, {node} becomes {value}.", inputs=inputs, node=_name(node), value=_value(step.value)
            ),
            "stored": f"<h3>{heading}</h3><ul>{kept}</ul>" if kept else "",
            "alarm": self._alarm(step.value, self.broken_values.get(node.id)),
        }

    def _seed(self, step: SeedStep) -> Caption:
        return {
            "output": _symbol(self.output),
            "gradient": short(step.gradient),
            "says": self._say(
                "The backward pass starts at the end. How fast does {output} change with itself? "
                "Just as fast: its gradient is {gradient}. This is the seed.",
                output=_name(self.output),
                gradient=_gradient(step.gradient),
            ),
        }

    def _backward(self, step: BackwardStep) -> Caption:
        edge = self.edges[step.edge]
        node, target = self.nodes[step.node], self.nodes[edge.target]
        op = TABLE.get(target.op or "")
        upstream, factor, contribution = arithmetic(step)
        return {
            "output": _symbol(self.output),
            "node": _symbol(node),
            "target": _symbol(target),
            "formula": _mathml(step.local_latex),
            "upstream": upstream,
            "factor": factor,
            "local": short(step.local),
            "contribution": contribution,
            "upstream_is": self._say(
                "how fast {output} changes with {target}", output=_name(self.output), target=_name(target)
            ),
            "local_is": self._say("how fast {target} changes with {node}", target=_name(target), node=_name(node)),
            "contribution_is": self._say("what {node} gets through this edge", node=_name(node)),
            "rule": str(escape((op.chinese if self.lang == "zh" else op.english) if op else "")),
            "says": self._say(
                "So {node} receives {upstream} × {local} = {contribution}.",
                node=_name(node),
                upstream=_gradient(step.upstream),
                local=_number("local", factor),
                contribution=_gradient(step.contribution),
            ),
            "sum": self._sum(step),
            "gathers": self._gathers(step, node),
            "witness": self._witness(step, op.kink if op else None),
            "foresees": self._foresees(step, node),
            "alarm": self._alarm(step.after, self.broken_gradients.get(step.index)),
        }

    def _update(self, step: UpdateStep) -> Caption:
        return {
            "node": _symbol(self.nodes[step.node]),
            "before": short(step.before),
            "after": short(step.after),
            "says": self._say(
                "The update moves {node} from {before} to {after}.",
                node=_name(self.nodes[step.node]),
                before=_value(step.before),
                after=_value(step.after),
            ),
        }

    def _sum(self, step: BackwardStep) -> str:
        if step.before is None:
            return f"{NONE} → {_gradient(step.after)}"
        added = bracketed(short(step.contribution))
        return f'<span class="gradient">{short(step.before)} + {added}</span> → {_gradient(step.after)}'

    def _gathers(self, step: BackwardStep, node: Node) -> str:
        if step.before is None:
            return self._say("Nothing had reached {node} before.", node=_name(node))
        return self._say("{node} is used more than once, so its contributions are added up.", node=_name(node))

    def _witness(self, step: BackwardStep, kink: tuple[str, str] | None) -> str:
        if step.kink is not None:
            left, right = step.kink
            said = self._say(
                "Measured slope: {left} on the left, {right} on the right.", left=_local(left), right=_local(right)
            )
            return said + " " + str(escape(kink[1 if self.lang == "zh" else 0])) if kink else said
        if step.finite_difference is None:
            return self._say("No slope can be measured here: the operation leaves its domain.")
        return self._say(
            "{mark} Measured slope: {slope}, by a tiny change of the operand.",
            mark=Markup('<b class="check">✓</b>') if _agree(step) else Markup('<b class="alarm">≠</b>'),
            slope=_local(float(f"{step.finite_difference:.4g}")),
        )

    def _foresees(self, step: BackwardStep, node: Node) -> str:
        """What the finished gradient of a leaf means; empty on the way there."""
        if node.operands or self.last[node.id] != step.index or not abs(step.after) < 1e9:
            return ""
        return self._say(
            "In short: raise {node} by 0.01, and {output} changes by about {change}.",
            node=_name(node),
            output=_name(self.output),
            change=_value(step.after * 0.01),
        )

    def _alarm(self, value: float, cause: Cause | None) -> str:
        """Names what made a NaN or an infinity."""
        if cause is None:
            return ""
        shown, name = short(value), _name(cause.node)
        operation = cause.node.expression or cause.node.label
        match cause.kind:
            case "given":
                return self._say("{value} appears here. It came in with {name}.", value=shown, name=name)
            case "made":
                return self._say(
                    "{value} appears here. It began at {name}, in {operation}.",
                    value=shown,
                    name=name,
                    operation=operation,
                )
            case "slope":
                return self._say(
                    "{value} appears here: the local derivative of {operation} is infinite or undefined.",
                    value=shown,
                    operation=operation,
                )
            case "large":
                return self._say("{value} appears here: the result is too large to be a number.", value=shown)

    def _say(self, text: str, **values: object) -> str:
        return str(markup(self.lang, text, **values))

    def _text(self, text: str) -> str:
        return translate(self.lang, text)


def _agree(step: BackwardStep) -> bool:
    assert step.finite_difference is not None
    return abs(step.finite_difference - step.local) <= 1e-5 * max(1.0, abs(step.local), abs(step.finite_difference))


def _distinct(nodes: list[Node]) -> list[Node]:
    """Each named operand once; the numbers of a sum that has nothing but numbers."""
    return list({node.id: node for node in nodes if node.kind != "constant"}.values()) or nodes


def _name(node: Node) -> Markup:
    return Markup(f"<b>{escape(node.label)}</b>")


def _value(value: float) -> Markup:
    return _number("value", short(value))


def _gradient(value: float) -> Markup:
    return _number("gradient", short(value))


def _local(value: float) -> Markup:
    return _number("local", short(value))


def _number(colour: str, text: str) -> Markup:
    return Markup(f'<b class="{colour}">{text}</b>')


def _symbol(node: Node) -> Markup:
    return _mathml(node.label_latex)


def _slope(node: Node, operand: Node) -> Markup:
    top, bottom = _symbol(node), _symbol(operand)
    return Markup(f"<mfrac><mrow><mo>∂</mo>{top}</mrow><mrow><mo>∂</mo>{bottom}</mrow></mfrac>")


@lru_cache(maxsize=8192)
def _mathml(latex: str) -> Markup:
    """LaTeX as the inside of a MathML `math` element."""
    if "<" in latex or "&" in latex:
        return Markup("<mtext>{}</mtext>").format(latex)
    try:
        whole = convert(latex).replace(r"\_", "_")
    except Exception:  # it has many kinds without a common base; a name such as `_` meets one of them
        return Markup("<mtext>{}</mtext>").format(latex)
    return Markup(whole[whole.index(">") + 1 : whole.rindex("<")])
