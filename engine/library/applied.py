"""One call of a function that the program defines itself (`torch.autograd.Function`): its node in the graph, and the
rule of that node."""

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from engine import dtypes, mode
from engine.dtypes import Value as Bare
from engine.errors import EngineError, InputError
from engine.language.aside import afterwards, aside
from engine.language.machine import Machine
from engine.language.mishaps import FOREIGN, placed
from engine.language.values import UNBOUND, Class, ClassMethod, Function, Method, Native, Static, Value
from engine.library import answers
from engine.library.context import Context
from engine.library.session import session
from engine.messages import Message
from engine.node import born
from engine.ops import TABLE
from engine.ops.defined import defined
from engine.ops.shaping import TO
from engine.shapes import Shape
from engine.tensor import Span, Tensor, constant, result

_PLAIN = (int, float, bool, str, type(None))
"""Types of arguments that are shown beside the operands."""


class Applied:
    """A call: its `arguments`, what `forward` kept in the `context`, and what `backward` has answered so far."""

    def __init__(self, machine: Machine, kind: Class, arguments: Sequence[Value], names: Sequence[str]) -> None:
        self.machine, self.kind = machine, kind
        self.arguments, self.names = tuple(arguments), tuple(names)
        self.places = [place for place, each in enumerate(self.arguments) if type(each) is Tensor]
        self.context = Context(machine, kind, self.arguments)
        self.outputs: tuple[Value, ...] = ()
        self.passing: list[int] = []  # of the outputs, those a gradient goes through
        self.answered: list[tuple[Any, list[Any]]] = []  # to which upstream gradient, and what each operand got
        self.spent = 0

    # --- forward

    def run(self) -> Value:
        """What `forward` gives."""
        machine, started = self.machine, self.machine.steps
        forward = method(self.kind, "forward")
        if isinstance(forward, Native):
            machine.call(forward, [])
        with aside(machine, self.arguments), mode.no_grad():
            setup = method(self.kind, "setup_context")
            if isinstance(setup, Function):
                given = machine.call(forward, list(self.arguments))
                machine.call(setup, [self.context.held, self.arguments, given])
            else:
                given = machine.call(forward, [self.context.held, *self.arguments])
        self.spent = max(self.spent, machine.steps - started)
        self.outputs = given if type(given) is tuple else (given,)
        self.passing = [place for place, each in enumerate(self.outputs) if self._passes(each)]
        return given

    def _passes(self, output: Value) -> bool:
        apart = any(each is output for each in self.context.apart)
        return type(output) is Tensor and output.dtype.kind == "f" and not apart

    def recorded(self, given: Value) -> Value:
        """What the program gets: `given` with the results in it that a gradient passes through recorded."""
        if not self.places or not self.passing or mode.without_gradients():
            return given
        self._record()
        return self.outputs if type(given) is tuple else self.outputs[0]

    def _record(self) -> Tensor:
        """Makes the outputs results, and gives the node they come from: the only one itself, or one that holds all."""
        if len(self.passing) > 1:
            self.context.check_zeros()
        own = list(self.outputs)
        for place in self.passing:
            own[place] = self._own(own, place)
        self.outputs = tuple(own)
        node = self._node()
        for place, part in zip(self.passing, self._parts(node), strict=True):
            made = own[place]
            made.op, made.attributes, made.requires_grad = part.op, part.attributes, part.requires_grad
            made.first, made.second = part.first, part.second
            made.birth, made.origin = born(), None
            self.machine.library["grad_fns"][made.birth] = f"{self.kind.name}Backward"
        self.context.close()
        return own[self.passing[0]] if len(self.passing) == 1 else node

    def _own(self, outputs: Sequence[Value], place: int) -> Tensor:
        """A result that is nobody else: PyTorch, too, gives another tensor where `forward` returns its input."""
        output: Tensor = outputs[place]
        fresh = output.op is None and not output.requires_grad and output.birth > self.context.birth
        shared = session(self.machine).aliases.of(output) is not None
        again = any(each is output for each in (*outputs[:place], *self.arguments))
        return output if fresh and not shared and not again else constant(output.value)

    def _node(self) -> Tensor:
        operands = tuple(self.arguments[place] for place in self.places)
        shown = [place for place, each in enumerate(self.arguments) if type(each) in _PLAIN]
        row = defined(
            self.kind.name if self.kind.name not in TABLE else f"{self.kind.name}.apply",
            {self.names[place]: place for place in self.places},
            [self.names[place] for place in shown],
            self,
            alone=len(self.arguments) == 1,
        )
        requires = any(each.requires_grad for each in operands)
        settings = tuple(self.arguments[place] for place in shown)
        return result(self._packed(), row, operands, requires, settings)

    def _packed(self) -> Bare:
        values = [np.asarray(self.outputs[place].value) for place in self.passing]
        if len(values) == 1:
            return dtypes.normal(values[0])
        alike = len({each.shape for each in values}) == 1
        return dtypes.normal(np.stack(values) if alike else np.concatenate([each.ravel() for each in values]))

    def _parts(self, whole: Tensor) -> list[Tensor]:
        """The results that lie in a node, or what belongs to each of them in its gradient."""
        wanted = [self.outputs[place] for place in self.passing]
        if len(wanted) == 1:
            return [whole]
        shapes: list[Shape] = [each.shape for each in wanted]
        parts: list[Any] = []
        if len(set(shapes)) == 1:
            parts = [whole[place] for place in range(len(shapes))]  # type: ignore[index]
        else:
            start = 0
            for shape in shapes:
                size = math.prod(shape)
                part = whole[start : start + size] if shape else whole[start]  # type: ignore[index]
                parts.append(part if len(shape) < 2 else part.reshape(shape))
                start += size
        return [
            each if each.dtype == output.dtype else TO(each, output.dtype)
            for each, output in zip(parts, wanted, strict=True)
        ]

    # --- the rule of the node

    @property
    def span(self) -> Span | None:
        """Where its `backward` stands."""
        found = self._rule()
        return found.span if isinstance(found, Function) else None

    def _rule(self) -> Value:
        """The class's `backward`; PyTorch lets it be called `vjp` as well."""
        found = method(self.kind, "vjp")
        return method(self.kind, "backward") if found is UNBOUND else found

    def saves(self, operand: Tensor | None = None) -> bool:
        """Whether `backward` needs the value of an operand, or has needed any."""
        return self.context.saves(operand)

    def held(self) -> int:
        """How many numbers the context holds, and the answers so far."""
        known = {id(each) for each in (*self.arguments, *self.outputs)}
        kept = [each for each in self.context.tensors() if id(each) not in known]
        said = [each for upstream, found in self.answered for each in (upstream, *found) if each is not None]
        return sum(np.size(each.value) for each in kept) + sum(np.size(each) for each in said)

    def forward(self, operands: Sequence[Bare]) -> Bare:
        """The value for other operands."""
        made = [constant(each) for each in operands]
        for each, place in zip(made, self.places, strict=True):
            each.requires_grad = self.arguments[place].requires_grad
        return self._elsewhere(made)._packed()

    def again(self, operands: Sequence[Tensor]) -> Tensor:
        """The call with other tensors, recorded."""
        return self._elsewhere(operands)._record()

    def _elsewhere(self, operands: Sequence[Tensor]) -> "Applied":
        arguments = list(self.arguments)
        for place, each in zip(self.places, operands, strict=True):
            arguments[place] = each
        call = Applied(self.machine, self.kind, arguments, self.names)
        self._asked(call.run)
        if call.passing != self.passing:
            raise InputError(
                Message("`{name}` gives other results for these values", name=self.kind.name),
                hint=Message("its `forward` should give as many tensors, whatever their numbers are"),
            )
        call.spent = max(self.spent, call.spent)
        return call

    def backward(self, upstream: Any, operands: Sequence[Any], out: Any) -> Sequence[Any]:
        """What each operand gets. Once the program has ended, what it said then is not asked again."""
        traced = isinstance(upstream, Tensor)
        value = np.asarray(upstream.value if isinstance(upstream, Tensor) else upstream)
        if self.machine.ended and not traced:
            for known, found in self.answered:
                if known.shape == value.shape and np.array_equal(known, value, equal_nan=True):
                    return found
        given = self._asked(lambda: self._answer(upstream, operands if traced else (), out if traced else None))
        bare = [each.value if isinstance(each, Tensor) else None for each in given]
        if not self.machine.ended:
            self.answered.append((value, bare))
        return given if traced else bare

    def _answer(self, upstream: Any, operands: Sequence[Tensor], out: Tensor | None) -> list[Tensor | None]:
        machine, started = self.machine, self.machine.steps
        traced = isinstance(upstream, Tensor)
        stand_ins = dict(zip((self.arguments[place] for place in self.places), operands, strict=False))
        if out is not None and len(self.passing) == 1:
            stand_ins[self.outputs[self.passing[0]]] = out
        own = aside(machine, (*self.arguments, *self.context.saved))
        with own, self.context.standing_in(stand_ins), mode.enable_grad() if traced else mode.no_grad():
            gradients = self._gradients(upstream if traced else constant(dtypes.normal(upstream)))
            said = machine.call(self._rule(), [self.context.held, *gradients])
            found = answers.checked(said, self.arguments, self.kind.name)
        self.spent = max(self.spent, machine.steps - started)
        return found

    def _gradients(self, upstream: Tensor) -> list[Value]:
        """What `backward` is given: zeros for a result that no gradient passes through, None for what is no tensor."""
        parts = dict(zip(self.passing, self._parts(upstream), strict=True))
        return [
            parts[place]
            if place in parts
            else constant(dtypes.normal(np.zeros(each.shape, each.dtype)))
            if type(each) is Tensor
            else None
            for place, each in enumerate(self.outputs)
        ]

    def _asked(self, ask: Callable[[], Any]) -> Any:
        """What the program says, also when it has ended. Raises `EngineError`, whatever goes wrong in it."""
        machine = self.machine
        try:
            with afterwards(machine, self.spent) if machine.ended else nullcontext():
                return ask()
        except FOREIGN as error:
            if machine.ended and not isinstance(error, EngineError):
                raise placed(error, self.span or (1, 0, 1, 0)) from None
            raise


def method(kind: Class, name: str) -> Value:
    """A method of a function's class, with `@staticmethod` or without, as PyTorch takes it."""
    found = kind.find(name)
    if isinstance(found, ClassMethod):
        return Method(found.function, kind)
    return found.function if isinstance(found, Static) else found


def arguments_of(kind: Class, values: list[Value], named: dict[str, Value]) -> tuple[list[Value], list[str]]:
    """The values of a call in the order of `forward`'s parameters, and the names of these."""
    forward, two_parts = method(kind, "forward"), isinstance(method(kind, "setup_context"), Function)
    takes = list(forward.parameters.positional) if isinstance(forward, Function) else []
    names = takes if two_parts else takes[1:]
    values = list(values)
    for name in names[len(values) :]:
        defaults = forward.defaults if isinstance(forward, Function) else {}
        later = any(each in named for each in names[len(values) :])
        if name in named:
            values.append(named.pop(name))
        elif name in defaults and (later or two_parts):
            values.append(defaults[name])
        else:
            break
    if named:
        wrong = InputError(
            Message(
                "`{name}` has no argument called {argument}", name=f"{kind.name}.apply", argument=next(iter(named))
            ),
            hint=Message("its `forward` says which arguments it takes"),
        )
        wrong.python = "TypeError"
        raise wrong
    rest = forward.parameters.rest if isinstance(forward, Function) else None
    names += [f"{rest or 'input'}{place}" for place in range(len(names), len(values))]
    return values, names
