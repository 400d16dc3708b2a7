"""A graph that a program builds by hand, with a class of its own such as the `Value` of micrograd's lecture: shown as a
pass at its `backward()`, and the gradients it computes are compared with the chain rule's."""

import math
import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine.backward import sweep
from engine.language.machine import Machine
from engine.language.values import NUMBERS, Instance, Value
from engine.library.exchange import function
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Origin, Tensor, constant

_CHILDREN: Final = ("_prev", "prev", "_children", "children", "_parents", "parents")
_OPERATION: Final = ("_op", "op")
_BINARY: Final = {"+": "add", "*": "mul", "-": "sub", "/": "div"}
_UNARY: Final = {
    **{name: name for name in ("tanh", "exp", "relu", "sigmoid", "log", "sin", "cos", "sqrt", "abs")},
    "neg": "neg",
    "-": "neg",
    "/": "reciprocal",
    "lrelu": "leaky_relu",
}
_POWER: Final = re.compile(r"(?:\*\*|\^|pow)\s*\(?(-?\d+(?:\.\d*)?(?:e-?\d+)?)\)?")
_SAME: Final = 1e-9
"""How far a value may be from what its operation gives, relative to it."""


def backward(machine: Machine, subject: Instance, run: Callable[[], Value]) -> Value:
    """`run` is the program's own `subject.backward()`; what it does is left as it is."""
    if machine.library.get("imports_torch") or not _is_value(subject):
        return run()
    line, order = machine.line, _in_order(machine, subject)
    made = _tensors(machine, order)
    if made is None:
        machine.made.clear()  # half a graph is none
        return run()
    before = [each.attributes["grad"] for each in order]
    gradients = sweep(made[subject]).gradients
    found = {each: gradients[tensor] for each, tensor in made.items() if tensor in gradients}
    session(machine).backward(made[subject], retain_graph=True)
    told = run()
    fresh = all(type(was) in NUMBERS and not was for was, each in zip(before, order, strict=True) if _operands(each))
    if fresh:
        _compare(machine, order, before, found, line)
    return told


def _is_value(held: Value) -> bool:
    return (
        isinstance(held, Instance)
        and held.kind.module == "__main__"
        and type(held.attributes.get("data")) in NUMBERS
        and type(held.attributes.get("grad")) in NUMBERS
        and any(name in held.attributes for name in _CHILDREN)
    )


def _operands(held: Instance) -> list[Instance]:
    """What a value was made from; of a set in the order in which they were made."""
    found: Any = next((held.attributes[name] for name in _CHILDREN if name in held.attributes), ())
    if isinstance(found, (set, frozenset)):
        return sorted(found, key=lambda each: each.birth if isinstance(each, Instance) else 0)
    return list(found) if isinstance(found, (list, tuple)) else []


def _in_order(machine: Machine, output: Instance) -> list[Instance]:
    """All values beneath one, each behind its operands."""
    order: list[Instance] = []
    known: set[Instance] = set()
    waiting: list[tuple[Instance, bool]] = [(output, False)]
    while waiting:
        each, ready = waiting.pop()
        if ready:
            order.append(each)
        elif each not in known and _is_value(each):
            machine.charge(1)
            known.add(each)
            waiting.append((each, True))
            waiting.extend((operand, False) for operand in reversed(_operands(each)))
    return order


def _tensors(machine: Machine, order: list[Instance]) -> dict[Instance, Tensor] | None:
    """The same graph of the engine's operations; None where one of them is not known, or gives another value."""
    made: dict[Instance, Tensor] = {}
    names = machine.library["named"]()
    for each in order:
        label = each.attributes.get("label")
        name = label if isinstance(label, str) and label.isidentifier() else names.get(id(each))
        own = float(each.attributes["data"])
        if not _operands(each):
            made[each] = constant(own).requires_grad_()
            made[each].origin = Origin("parameter", name, machine.here().span)
            continue
        results = _results(each, [made[operand] for operand in _operands(each) if operand in made])
        found = next((result for result in results if _same(float(result.item()), own)), None)
        if found is None:
            return None
        found.value = own
        made[each] = machine.keep(found, Origin("op", name, machine.here().span))
    return made


def _results(held: Instance, operands: list[Any]) -> list[Tensor]:
    """What the operation of a value may mean: a set of one child stands for two that are the same, and a set of two
    does not say which is the first."""
    said = next((held.attributes[name] for name in _OPERATION if name in held.attributes), "")
    word = said.strip().lower() if isinstance(said, str) else ""
    if len(operands) == 2 and word in _BINARY:
        return [function(_BINARY[word])(*pair) for pair in (operands, operands[::-1])]
    if len(operands) != 1:
        return []
    (x,) = operands
    results = [function(_UNARY[word])(x)] if word in _UNARY else []
    if word in _BINARY:
        results.append(function(_BINARY[word])(x, x))
    if power := _POWER.fullmatch(word):
        results.append(x ** float(power[1]))
    return results


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_SAME, abs_tol=1e-12) or (math.isnan(one) and math.isnan(other))


def _compare(machine: Machine, order: list[Instance], before: list[Any], found: dict[Instance, Any], line: int) -> None:
    """Warns, once, of the gradient nearest to the output that is not the chain rule's."""
    if machine.library.get("compared"):
        return
    for each, was in zip(reversed(order), reversed(before), strict=True):
        now, right = each.attributes["grad"], found.get(each)
        if right is not None and type(now) in NUMBERS and not _same(float(now) - float(was), float(np.asarray(right))):
            machine.library["compared"] = True
            label = each.attributes.get("label")
            name = label if isinstance(label, str) and label else machine.library["named"]().get(id(each), "a value")
            machine.library["warn"](
                Message(
                    "line {line}: your backward() gives `{name}` the gradient {theirs}, and by the chain rule it is "
                    "{ours}; is one set with = where it is added with +=?",
                    line=line,
                    name=name,
                    theirs=f"{float(now) - float(was):.6g}",
                    ours=f"{float(np.asarray(right)):.6g}",
                )
            )
            return
