"""What the panel says about each step: the chain rule in symbols and numbers, and what a teacher would say."""

from markupsafe import Markup, escape

from app.render import chips, rows, speech
from app.render.alarms import Cause, of_gradients, of_values
from app.render.arrays import finite, one, single, worst
from app.render.grid import Scales, scales
from app.render.labels import arithmetic, bracketed, number
from app.render.mathml import mathml
from app.render.numbers import NONE, short
from app.render.openings import PRODUCTS, openings
from app.render.speech import Speech, coloured, name, some, symbol
from app.render.tensor_captions import TensorNarrator
from app.render.update_captions import UpdateNarrator
from app.render.view import Language
from app.render.witness_captions import Witness
from engine.snapshot import (
    BackwardStep,
    Edge,
    ForwardStep,
    Node,
    SeedStep,
    Shown,
    Snapshot,
    Step,
    UnbroadcastStep,
    UpdateStep,
)

Caption = dict[str, str]
"""Slot of the panel → HTML. Keys a phase does not use are absent; `phase` names the panel's section: `made`, `vjp`
and `unbroadcast` where tensors flow, else the step's own phase. `trace` is JSON, see `app.render.trace`."""


def captions(
    snapshot: Snapshot, lang: Language, only: int | None = None, frozen: Scales | None = None
) -> list[Caption | None]:
    """One caption per step, in order; with `only`, that step's alone and None for the others. `frozen` are the
    scales of the run's grids."""
    narrator = _Narrator(snapshot, lang, frozen or scales((snapshot,)))
    return [narrator.caption(step) if only in (None, step.index) else None for step in snapshot.steps]


class _Narrator(Speech):
    def __init__(self, snapshot: Snapshot, lang: Language, frozen: Scales) -> None:
        super().__init__(lang)
        self.count = len(snapshot.steps)
        self.nodes = {node.id: node for node in snapshot.nodes}
        self.edges = {edge.id: edge for edge in snapshot.edges}
        self.output = self.nodes[snapshot.output]
        self.broken_values, self.broken_gradients = of_values(snapshot), of_gradients(snapshot)
        self.slopes: dict[str, list[tuple[Edge, BackwardStep]]] = {}
        self.last: dict[str, int] = {}
        self.first: dict[str, BackwardStep] = {}
        for step in snapshot.steps:
            if isinstance(step, BackwardStep):
                edge = self.edges[step.edge]
                self.slopes.setdefault(edge.target, []).append((edge, step))
                self.last[step.node] = step.index
                self.first.setdefault(step.node, step)
            elif isinstance(step, UnbroadcastStep):
                self.last[step.node] = step.index
        self.openings = openings(snapshot)
        self.witness = Witness(lang, self.nodes, self.edges, self.output)
        self.updates = UpdateNarrator(lang, self.nodes, frozen)
        self.tensors = TensorNarrator(lang, self.nodes, self.edges, self.output, frozen, self.last, self.first)

    def caption(self, step: Step) -> Caption:
        match step:
            case ForwardStep():
                said = self._forward(step)
            case SeedStep():
                said = self._seed(step)
            case BackwardStep():
                said = self._tensor_backward(step) if chips.is_tensor(step) else self._backward(step)
            case UnbroadcastStep():
                said = {"phase": "unbroadcast"} | self.tensors.unbroadcast(step) | self._alarmed(step)
            case UpdateStep():
                said = self.updates.caption(step) | {"alarm": self._alarm(step.after, self._cause_of_update(step))}
        return {
            "phase": step.phase,
            "count": self._say("Step {index} of {count}", index=step.index + 1, count=self.count),
            "opens": self._opens(step),
        } | said

    def _opens(self, step: Step) -> str:
        """A switch for the operation that the step is about, if it is made of simpler ones."""
        edge = step.edge if isinstance(step, (BackwardStep, UnbroadcastStep)) else None
        node = self.nodes[self.edges[edge].target if edge else step.node]
        opening = self.openings.get(node.id)
        if opening is None or isinstance(step, UpdateStep):
            return ""
        said = (
            self._say("Unfold {expression} into its scalar products", expression=node.expression)
            if node.op in PRODUCTS
            else self._say("Open {operation}: see what it is made of", operation=node.op)
        )
        return Markup('<button class="button" data-open="{}">{}<kbd>O</kbd></button>').format(opening, Markup(said))

    def _forward(self, step: ForwardStep) -> Caption:
        node = self.nodes[step.node]
        said = {
            "node": symbol(node),
            "expression": mathml(node.expression_latex or ""),
            "stored": self._stored(node),
            "alarm": self._alarm(step.value, self.broken_values.get(node.id)),
        }
        if not one(node.shape):
            return said | self.tensors.forward(step)
        inputs = Markup(self._text(", ")).join(
            _input(each) for each in _distinct([self.nodes[operand] for operand in node.operands])
        )
        return said | {
            "value": number(step.value),
            "says": self._say(
                "With {inputs}, {node} becomes {value}.",
                inputs=inputs,
                node=name(node),
                value=some("value", step.value),
            ),
        }

    def _stored(self, node: Node) -> str:
        """What the way back will need of this node."""
        slopes = self.slopes.get(node.id, [])
        if not slopes:
            return ""
        if any(slope.local is None for _, slope in slopes):
            heading = self._text("Kept for the way back: how gradients go through")
            return f"<h3>{heading}</h3><ul>{self.tensors.kept(node, slopes)}</ul>"
        heading = self._text("Kept for the way back: the local derivatives")
        kept = "".join(
            f"<li><math>{speech.slope(node, self.nodes[edge.source])}<mo>=</mo>{mathml(slope.local_latex)}</math>"
            f" = {some('local', slope.local)}</li>"
            for edge, slope in slopes
        )
        return f"<h3>{heading}</h3><ul>{kept}</ul>"

    def _seed(self, step: SeedStep) -> Caption:
        if single(step.gradient) is None:
            says = self._say(
                "The backward pass starts at the end. {output} is not a single number, so it starts with the gradient "
                "that was given: {gradient}.",
                output=name(self.output),
                gradient=some("gradient", step.gradient),
            )
        else:
            says = self._say(
                "The backward pass starts at the end. How fast does {output} change with itself? "
                "Just as fast: its gradient is {gradient}. This is the seed.",
                output=name(self.output),
                gradient=some("gradient", step.gradient),
            )
        return {"output": symbol(self.output), "gradient": number(step.gradient), "says": says}

    def _backward(self, step: BackwardStep) -> Caption:
        edge = self.edges[step.edge]
        node, target = self.nodes[step.node], self.nodes[edge.target]
        upstream, factor, contribution = arithmetic(step)
        return {
            **speech.chain(self.output, target, node),
            "formula": mathml(step.local_latex),
            "upstream": upstream,
            "factor": factor,
            "local": number(step.local),
            "contribution": contribution,
            "upstream_is": self._say(
                "how fast {output} changes with {target}", output=name(self.output), target=name(target)
            ),
            "local_is": self._say("how fast {target} changes with {node}", target=name(target), node=name(node)),
            "contribution_is": self._say("what {node} gets through this edge", node=name(node)),
            "rule": str(escape(rows.rule(target, self.lang))),
            "says": self._say(
                "So {node} receives {upstream} × {local} = {contribution}.",
                node=name(node),
                upstream=coloured("gradient", upstream),
                local=coloured("local", factor),
                contribution=coloured("gradient", contribution),
            ),
            "sum": self._sum(step),
            "gathers": self._gathers(step, node),
            "witness": self.witness.of(step),
            "foresees": self._foresees(step, node),
        } | self._alarmed(step)

    def _tensor_backward(self, step: BackwardStep) -> Caption:
        said, wrong = self.witness.of(step), self.witness.contradicts(step)
        told = {"witness": "" if wrong else said, "contradicted": said if wrong else ""}
        return self.tensors.backward(step) | told | self._alarmed(step)

    def _sum(self, step: BackwardStep) -> str:
        after = some("gradient", step.after)
        if step.before is None:
            return f"{NONE} → {after}"
        added = bracketed(number(step.contribution))
        return f'<span class="gradient">{number(step.before)} + {added}</span> → {after}'

    def _gathers(self, step: BackwardStep, node: Node) -> str:
        if step.before is None:
            return self._say("Nothing had reached {node} before.", node=name(node))
        if self.first[step.node] is step:
            return self.tensors.leftover(node)
        return self._say("{node} is used more than once, so its contributions are added up.", node=name(node))

    def _foresees(self, step: BackwardStep, node: Node) -> str:
        """What the finished gradient of a leaf means; empty on the way there, and where an older one is in it."""
        if node.operands or self.last[node.id] != step.index or self.first[node.id].before is not None:
            return ""
        after = single(step.after)
        if after is None or not abs(after) < 1e9:
            return ""
        if after == 0:
            return self._say(
                "In short: a tiny change of {node} does not move {output}.", node=name(node), output=name(self.output)
            )
        return self._say(
            "In short: raise {node} by 0.01, and {output} changes by about {change}.",
            node=name(node),
            output=name(self.output),
            change=speech.value(after * 0.01),
        )

    def _alarmed(self, step: BackwardStep | UnbroadcastStep) -> Caption:
        after = step.contribution if step.after is None else step.after
        return {"alarm": self._alarm(after, self.broken_gradients.get(step.index))}

    def _cause_of_update(self, step: UpdateStep) -> Cause | None:
        """A parameter that is no longer finite was not before, or its gradient is not, or else the sum is too large."""
        if finite(step.after):
            return None
        node = self.nodes[step.node]
        inherited = None if finite(step.before) else Cause("given", node)
        return inherited or self.broken_gradients.get(self.last.get(step.node, -1)) or Cause("large", node)

    def _alarm(self, value: Shown, cause: Cause | None) -> str:
        """Names what made a NaN or an infinity."""
        if cause is None:
            return ""
        shown, named = short(worst(value)), name(cause.node)
        operation = cause.node.expression or cause.node.label
        match cause.kind:
            case "given":
                return self._say("{value} appears here. It came in with {name}.", value=shown, name=named)
            case "made":
                return self._say(
                    "{value} appears here. It began at {name}, in {operation}.",
                    value=shown,
                    name=named,
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


def _distinct(nodes: list[Node]) -> list[Node]:
    """Each named operand once; the numbers of a sum that has nothing but numbers."""
    return list({node.id: node for node in nodes if node.kind != "constant"}.values()) or nodes


def _input(node: Node) -> Markup:
    """A number with its value, anything else with its shape."""
    if not one(node.shape):
        return speech.with_shape(node)
    return name(node) if node.kind == "constant" else Markup(f"{name(node)} = {some('value', node.value)}")
