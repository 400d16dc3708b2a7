"""What the panel says about a step in which tensors flow: shapes, vector–Jacobian products, small grids."""

from collections.abc import Mapping

import numpy as np
from markupsafe import Markup

from app.render import chips, products, rows, speech, trace
from app.render.arrays import finite, reach, shape, single
from app.render.figures import figures
from app.render.grid import Scales
from app.render.mathml import mathml
from app.render.numbers import NONE
from app.render.speech import Speech, name, some, symbol
from app.render.trace import Part
from app.render.view import Language
from engine.snapshot import BackwardStep, Edge, ForwardStep, Node, Shown, UnbroadcastStep

Caption = dict[str, str]


class TensorNarrator(Speech):
    """Tells the steps that are not about single numbers; `first` and `last` are the steps in which a node's gradient
    begins and is complete."""

    def __init__(
        self,
        lang: Language,
        nodes: Mapping[str, Node],
        edges: Mapping[str, Edge],
        output: Node,
        scales: Scales,
        last: Mapping[str, int],
        first: Mapping[str, BackwardStep],
    ) -> None:
        super().__init__(lang)
        self.nodes, self.edges, self.output = nodes, edges, output
        self.scales, self.first, self.last = scales, first, last

    def forward(self, step: ForwardStep) -> Caption:
        """A tensor is computed."""
        node = self.nodes[step.node]
        operands = [self.nodes[operand] for operand in node.operands]
        result = self._part(node, step.value)
        factors = products.forward(node, operands)
        if factors is None:
            return {
                "phase": "made",
                "says": self._made(node, operands, step.value),
                "parts": figures([(result, "")]),
                "trace": trace.json_of("values", [result]),
            }
        parts = [
            Part(factors.left_name, "value", factors.left, self._scale(operands[0])),
            Part(factors.right_name, "value", factors.right, self._scale(operands[1])),
            Part(node.label, "value", _reshaped(step.value, factors.shape), self._scale(node)),
        ]
        return {
            "phase": "made",
            "says": self._made(node, operands, step.value),
            "parts": figures([(part, "") for part in parts]),
            "trace": trace.json_of("product", parts),
        }

    def backward(self, step: BackwardStep) -> Caption:
        """A tensor's gradient goes through one edge."""
        edge = self.edges[step.edge]
        node, target = self.nodes[step.node], self.nodes[edge.target]
        parts, found = self._backward_parts(step, edge, node, target)
        rule = Markup('<b class="gradient">{}</b>').format(chips.whole_rule(step))
        contributed, wanted = shape(step.contribution), node.shape
        numbers = not (step.broadcast or wanted or contributed or shape(step.upstream))
        if step.broadcast and not node.shape:
            outcome = self._say(
                "Out of {rule} comes {shape}, but {node} is a single number: the next step adds up the copies.",
                rule=rule,
                shape=speech.shape(contributed),
                node=name(node),
            )
        elif step.broadcast:
            outcome = self._say(
                "Out of {rule} comes {shape}, but {node} is {wanted}: the next step adds up the copies.",
                rule=rule,
                shape=speech.shape(contributed),
                node=name(node),
                wanted=speech.shape(wanted),
            )
        elif numbers:
            outcome = self._say(
                "So {node} receives {rule} = {contribution}.",
                node=name(node),
                rule=rule,
                contribution=some("gradient", step.contribution),
            )
        else:
            outcome = self._say(
                "So {node} receives {rule}: {shape}, like {node} itself.",
                rule=rule,
                shape=speech.shape(contributed),
                node=name(node),
            )
        return {
            "phase": "vjp",
            "output": symbol(self.output),
            "node": symbol(node),
            "target": symbol(target),
            "formula": mathml(chips.rule_latex(step)),
            "shapes": chips.shapes(step, target, self.nodes),
            "parts": figures(parts),
            "trace": "" if numbers else found,
            "rule": str(Markup.escape(rows.rule(target, self.lang))),
            "says": outcome,
        } | ({} if step.broadcast else self._landing(step, node))

    def unbroadcast(self, step: UnbroadcastStep) -> Caption:
        """A stretched operand gets the sum of what its copies got."""
        node = self.nodes[step.node]
        stretched, summed = shape(step.stretched), shape(step.contribution)
        times = np.size(step.stretched) // max(1, np.size(step.contribution))
        parts = [
            Part(self._text("what the copies got"), "gradient", step.stretched, self.scales.gradient),
            Part(self._text("their sum"), "gradient", step.contribution, self.scales.gradient),
        ]
        return {
            "phase": "unbroadcast",
            "node": symbol(node),
            "output": symbol(self.output),
            "formula": mathml(rf"\sum_{{\mathrm{{dim}}={','.join(map(str, step.axes))}}} G"),
            "shapes": chips.shape_change(stretched, summed),
            "parts": figures([(part, "") for part in parts]),
            "trace": trace.json_of("sum", parts, step.axes),
            "says": self._stretched(node, stretched, summed, times),
        } | self._landing(step, node)

    def _stretched(self, node: Node, stretched: tuple[int, ...], summed: tuple[int, ...], times: int) -> str:
        values = {
            "node": name(node),
            "stretched": speech.shape(stretched),
            "times": times,
            "change": Markup('<span class="shape">{}</span>').format(chips.shape_change(stretched, summed)),
        }
        if not node.shape:
            return self._say(
                "In the forward pass {node}, a single number, was stretched to {stretched}: it was used {times} times. "
                "So its gradient is the sum of what the copies got: {change}.",
                **values,
            )
        return self._say(
            "In the forward pass {node}, which is {shape}, was stretched to {stretched}: each of its numbers was "
            "used {times} times. So its gradient is the sum over the stretched axis: {change}.",
            shape=speech.shape(node.shape),
            **values,
        )

    def kept(self, node: Node, slopes: list[tuple[Edge, BackwardStep]]) -> str:
        """What is ready on the way back, as items of a list: of each operand its rule, or its local derivative."""
        items = ""
        for edge, step in slopes:
            operand = self.nodes[edge.source]
            if step.local is None:
                said = f"<math>{self._gradient_symbol(operand)}<mo>←</mo>{mathml(step.local_latex)}</math>"
            else:
                said = f"<math>{speech.slope(node, operand)}<mo>=</mo>{mathml(step.local_latex)}</math>"
                said += f" = {some('local', step.local)}"
            items += f'<li class="{speech.size("∂" + step.local_formula)}">{said}</li>'
        return items

    def _made(self, node: Node, operands: list[Node], value: Shown) -> str:
        distinct = list({each.id: each for each in operands}.values())
        inputs = Markup(self._text(", ")).join(speech.with_shape(each) for each in distinct)
        return self._say(
            "From {inputs} comes {node}. Its shape is {shape}; its numbers: {extent}.",
            inputs=inputs,
            node=name(node),
            shape=speech.shape(shape(value)),
            extent=some("value", value),
        )

    def _backward_parts(
        self, step: BackwardStep, edge: Edge, node: Node, target: Node
    ) -> tuple[list[tuple[Part, str]], str]:
        """The grids of a step, each with what it is, and the trace of their cells."""
        upstream_is = self._say(
            "how fast {output} changes with {target}", output=name(self.output), target=name(target)
        )
        result_is = self._say("what {node} gets through this edge", node=name(node))
        contribution = Part(self._text("contribution"), "gradient", step.contribution, self.scales.gradient)
        operands = [self.nodes[operand] for operand in target.operands]
        factors = products.backward(target, operands, edge.operand_index, step.upstream)
        if step.local is None and factors is not None:
            other = operands[1 - edge.operand_index]
            parts = [
                (Part(label, "gradient", array, self.scales.gradient), upstream_is)
                if label == "G"
                else (Part(label, "value", array, self._scale(other)), "")
                for label, array in ((factors.left_name, factors.left), (factors.right_name, factors.right))
            ]
            result = Part(
                contribution.name, "gradient", _reshaped(step.contribution, factors.shape), contribution.scale
            )
            parts.append((result, result_is))
            return parts, trace.json_of("product", [part for part, _ in parts])
        parts = [(Part("G", "gradient", step.upstream, self.scales.gradient), upstream_is)]
        if step.local is None:
            parts.append((contribution, result_is))
            return parts, trace.json_of("values", [part for part, _ in parts])
        local_is = self._say("how fast {target} changes with {node}", target=name(target), node=name(node))
        whole = shape(step.contribution)
        drawn = step.local if single(step.local) is not None else np.broadcast_to(np.asarray(step.local), whole)
        parts.append((Part(self._text("local"), "local", drawn, reach(step.local)), local_is))
        parts.append((contribution, result_is))
        stretched = [Part(part.name, part.colour, np.broadcast_to(part.array, whole), 0.0) for part, _ in parts]
        return parts, trace.json_of("pointwise", stretched)

    def _landing(self, step: BackwardStep | UnbroadcastStep, node: Node) -> Caption:
        """What is added to what."""
        if step.before is None:
            added = f"{NONE} → {some('gradient', step.after)}"
            gathers = self._say("Nothing had reached {node} before.", node=name(node))
        else:
            added = f"{some('gradient', step.before)} → {some('gradient', step.after)}"
            gathers = self._say(
                "{node} is used more than once, so its contributions are added up, number by number.", node=name(node)
            )
            if self.first[node.id].edge == step.edge:
                gathers = self.leftover(node)
            grids = [
                Part(self._text("before"), "gradient", step.before, self.scales.gradient),
                Part(
                    self._text("after"), "gradient", step.after if step.after is not None else 0.0, self.scales.gradient
                ),
            ]
            gathers += figures([(grid, "") for grid in grids], traced=False)
        return {"sum": added, "gathers": gathers, "foresees": self._foresees(step, node)}

    def _foresees(self, step: BackwardStep | UnbroadcastStep, node: Node) -> str:
        """Which number of a leaf counts most; empty on the way there, and where nothing can be foreseen."""
        after = step.after
        if node.operands or self.last[node.id] != step.index or after is None or not finite(after):
            return ""
        if self.first[node.id].before is not None:
            return ""
        array = np.asarray(after, dtype=np.float64)
        if not array.size or not 0 < reach(after) < 1e9 or single(after) is not None:
            return ""
        place = np.unravel_index(int(np.argmax(np.abs(array))), array.shape)
        cell = Markup("<b>{}[{}]</b>").format(node.label, ", ".join(str(int(each)) for each in place))
        return self._say(
            "In short: {cell} counts most. Raise it by 0.01, and {output} changes by about {change}.",
            cell=cell,
            output=name(self.output),
            change=speech.value(float(array[place]) * 0.01),
        )

    def leftover(self, node: Node) -> str:
        """Why there is something to add to, although this pass has brought nothing yet."""
        return self._say(
            "{node} still holds the gradient of an earlier pass, since nobody has set it to zero. "
            "The new one is added.",
            node=name(node),
        )

    def _part(self, node: Node, value: Shown) -> Part:
        return Part(node.label, "value", value, self._scale(node))

    def _scale(self, node: Node) -> float:
        return self.scales.values.get(node.id) or reach(node.value)

    def _gradient_symbol(self, node: Node) -> Markup:
        top, bottom = symbol(self.output), symbol(node)
        return Markup(f"<mfrac><mrow><mo>∂</mo>{top}</mrow><mrow><mo>∂</mo>{bottom}</mrow></mfrac>")


def _reshaped(value: Shown, lengths: tuple[int, int]) -> Shown:
    return np.asarray(value).reshape(lengths)
