"""`torch.autograd`: gradients that are asked for, and operations that a program defines with a rule of its own."""

from collections.abc import Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, Final

from engine import mode
from engine.errors import InputError
from engine.language.guard import Guard
from engine.language.machine import Machine
from engine.language.values import Class, ClassMethod, Instance, Namespace, Native, Value
from engine.library.applied import Applied, arguments_of
from engine.library.gradcheck import gradcheck
from engine.library.session import session
from engine.library.transforms import FUNCTIONAL_DERIVATIVES
from engine.messages import Message
from engine.ops.defined import defined
from engine.tensor import Span, Tensor, constant, result


@contextmanager
def _anomalies() -> Any:
    with nullcontext():
        yield


def _grad(
    machine: Machine,
    outputs: Value,
    inputs: Value,
    grad_outputs: Value = None,
    retain_graph: Value = None,
    create_graph: Value = False,
    allow_unused: Value = None,
    only_inputs: Value = True,
) -> tuple[Value, ...]:
    results = [outputs] if isinstance(outputs, Tensor) else machine.taken(outputs)
    wanted = [inputs] if isinstance(inputs, Tensor) else machine.taken(inputs)
    gradients = machine.taken(grad_outputs) if isinstance(grad_outputs, (list, tuple)) else [grad_outputs]
    found = session(machine).grad(
        results,
        wanted,
        gradients if len(gradients) == len(results) else [None] * len(results),
        retain_graph=retain_graph,
        create_graph=bool(create_graph),
        allow_unused=bool(allow_unused),
    )
    return tuple(machine.keep(each, machine.here()) for each in found)


def _variable(machine: Machine, data: Tensor, requires_grad: Value = False) -> Tensor:
    made = constant(data.value)
    return made.requires_grad_() if requires_grad else made


def _apply(machine: Machine, kind: Class, *values: Value, **named: Value) -> Value:
    machine.charge(1)
    machine.library["defined"] = True
    call = Applied(machine, kind, *arguments_of(kind, list(values), named))
    return call.recorded(call.run())


def _absent(message: Message, hint: Message) -> Native:
    """A method that a class has to have of its own."""

    def missing(machine: Machine, *_: Value, **__: Value) -> Value:
        error = InputError(message, hint=hint)
        error.python = "NotImplementedError"
        raise error

    return Native("missing", missing)


def _instance(machine: Machine, self: Instance, *_: Value, **__: Value) -> None:
    raise InputError(
        Message(
            "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd "
            "function with static forward method."
        ),
        hint=Message("the class is not called itself: write {name}.apply(…)", name=self.kind.name),
    )


def _once(machine: Machine, function: Value) -> Native:
    """`@once_differentiable`: what `backward` does is not recorded."""

    def once(machine: Machine, *arguments: Value) -> Value:
        again = not mode.without_gradients() and any(type(each) is Tensor and each.requires_grad for each in arguments)
        with mode.no_grad():
            said = machine.call(function, list(arguments))
        if not again:
            return said
        upstream = next(each for each in arguments if type(each) is Tensor and each.requires_grad)
        wrapped = [_closed(machine, each, upstream) for each in (said if type(said) is tuple else (said,))]
        return tuple(wrapped) if type(said) is tuple else wrapped[0]

    return Native("backward", once)


def _closed(machine: Machine, gradient: Value, upstream: Tensor) -> Value:
    if type(gradient) is not Tensor:
        return gradient
    row = defined("once_differentiable", {"grad_output": 0}, (), _Closed(), alone=True)
    made = result(gradient.value, row, (upstream,), True)
    machine.library["grad_fns"][made.birth] = "Error"  # so PyTorch calls it
    return made


class _Closed:
    """The rule of a gradient that cannot be differentiated again."""

    span: Span | None = None

    def forward(self, operands: Sequence[Any]) -> Any:
        """Not to be asked."""
        raise _closed_off()

    def backward(self, upstream: Any, operands: Sequence[Any], out: Any) -> Sequence[Any]:
        """Refused."""
        raise _closed_off()

    def again(self, operands: Sequence[Any]) -> Any:
        """Not to be asked."""
        raise _closed_off()

    def held(self) -> int:
        """None."""
        return 0

    def saves(self, operand: Any = None) -> bool:
        """Nothing."""
        return False


def _closed_off() -> InputError:
    return InputError(
        Message("trying to differentiate twice a function that was marked with @once_differentiable"),
        hint=Message("leave @once_differentiable out, and write `backward` with operations of torch"),
    )


FUNCTION: Final = Class(
    "Function",
    (),
    {
        "apply": ClassMethod(Native("apply", _apply)),
        "__init__": Native("__init__", _instance),
        "forward": _absent(
            Message("You must implement the forward function for custom autograd.Function."),
            Message("write under @staticmethod: def forward(ctx, x):"),
        ),
        "backward": _absent(
            Message(
                "You must implement either the backward or vjp method for your custom autograd.Function to use it with "
                "backward mode AD."
            ),
            Message("write under @staticmethod: def backward(ctx, grad_output):"),
        ),
    },
    "torch.autograd.function",
)
FUNCTION_MODULE: Final = Namespace(
    "torch.autograd.function",
    {
        "Function": FUNCTION,
        "once_differentiable": Native("once_differentiable", _once),
        "FunctionCtx": Class("FunctionCtx", (), {}, "torch.autograd.function"),
    },
)
AUTOGRAD: Final = Namespace(
    "torch.autograd",
    {
        "grad": Native("grad", _grad),
        "gradcheck": Native("gradcheck", gradcheck),
        "Variable": Native("Variable", _variable),
        "Function": FUNCTION,
        "function": FUNCTION_MODULE,
        "set_detect_anomaly": Native("set_detect_anomaly", lambda machine, mode=True: Guard("anomaly", _anomalies)),
        "detect_anomaly": Native("detect_anomaly", lambda machine: Guard("anomaly", _anomalies)),
        "functional": FUNCTIONAL_DERIVATIVES,
    },
)
