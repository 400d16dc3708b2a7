"""What can be read of a tensor and what can be set: `x.grad`, `x.data`, `x.shape` and their like."""

from collections.abc import Callable
from typing import Final

from engine import printing
from engine.errors import InputError
from engine.functions import FUNCTIONS
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Native, Property, Size, Value
from engine.library.exchange import BY_DTYPE, CPU, function
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Origin, Tensor, constant


def _alias(machine: Machine, self: Tensor) -> Tensor:
    made = constant(self.value)
    made.origin = Origin("leaf", None, None)  # another name for it, not a result that counts
    session(machine).aliases.link(made, self, "data")
    return made


def detach(machine: Machine, self: Tensor) -> Tensor:
    """`x.detach()`: shares the memory of `x`, so a change in place is one of `x`."""
    made: Tensor = function("detach")(self)
    made.origin = Origin("op", None, machine.here().span)
    session(machine).aliases.link(made, self, "detach")
    return made


def _grad_fn(machine: Machine, self: Tensor) -> Value:
    if self.op is None or not self.requires_grad:
        return None
    return _made_by(machine, self)


def _made_by(machine: Machine, self: Tensor) -> Instance:
    """What made a result, as it is asked for in PyTorch: its name, and what made its operands."""
    name = machine.library["grad_fns"].get(self.birth) or printing.grad_fn(self)

    def before() -> list[Value]:
        beneath = [_beneath(machine, each) for each in self.operands]
        if name == "AddmmBackward0" and len(beneath) == 3 and self.op is not None and self.op.name == "linear":
            input, weight, bias = beneath
            return [bias, input, weight and _backward("TBackward0", lambda: [weight])]  # as x @ W.t() + b there
        return beneath

    return _backward(name, before)


def _backward(name: str, before: Callable[[], list[Value]]) -> Instance:
    """What PyTorch calls the function that goes back through a result."""
    return Instance(
        Class(
            name,
            (),
            {
                "name": Native("name", lambda machine, made: name),
                "next_functions": Property(
                    Native("next_functions", lambda machine, made: tuple((each, 0) for each in before()))
                ),
                "__repr__": Native("repr", lambda machine, made: f"<{name} object>"),
            },
        )
    )


def _beneath(machine: Machine, operand: Tensor) -> Value:
    if not operand.requires_grad:
        return None
    if operand.op is not None:
        return _made_by(machine, operand)
    return Instance(
        Class(
            "AccumulateGrad",
            (),
            {
                "name": Native("name", lambda machine, made: "torch::autograd::AccumulateGrad"),
                "variable": Property(Native("variable", lambda machine, made: operand)),
                "__repr__": Native("repr", lambda machine, made: "<AccumulateGrad object>"),
            },
        )
    )


def _is_leaf(machine: Machine, self: Tensor) -> bool:
    return self.op is None or not self.requires_grad


def size(machine: Machine, self: Tensor, dim: int | None = None) -> Value:
    """`x.size()`, `x.size(0)`."""
    return Size(self.shape) if dim is None else self.shape[dim]


def _view(machine: Machine, self: Tensor, name: str, again: Callable[[Tensor], Tensor]) -> Tensor:
    made = again(self)
    session(machine).aliases.link(made, self, name, again)
    return made


READERS: Final[dict[str, Callable[..., Value]]] = {
    "data": _alias,
    "grad": lambda machine, self: self.grad,
    "grad_fn": _grad_fn,
    "requires_grad": lambda machine, self: self.requires_grad,
    "is_leaf": _is_leaf,
    "shape": lambda machine, self: Size(self.shape),
    "dtype": lambda machine, self: BY_DTYPE[self.dtype],
    "ndim": lambda machine, self: self.ndim,
    "device": lambda machine, self: CPU,
    "T": lambda machine, self: _view(machine, self, "T", transposed),
    "mT": lambda machine, self: _view(machine, self, "mT", lambda x: function("transpose")(x, -2, -1)),
    "is_cuda": lambda machine, self: False,
}


def transposed(self: Tensor) -> Tensor:
    """`x.T`."""
    if "T" in FUNCTIONS:
        return FUNCTIONS["T"](self)  # type: ignore[no-any-return]
    made: Tensor = function("permute")(self, tuple(reversed(range(self.ndim))))
    return made


def transposed_matrix(machine: Machine, self: Tensor) -> Tensor:
    """`x.t()`."""
    made = _view(machine, self, "t", transposed)
    machine.library["grad_fns"][made.birth] = "TBackward0"
    return made


def _set_grad(machine: Machine, self: Tensor, value: Value) -> None:
    if value is not None and not isinstance(value, Tensor):
        raise InputError(
            Message("assigned grad expected to be a Tensor or None but got grad of a different type"),
            hint=Message("write None, or a tensor of the same shape"),
        )
    self.grad = value


WRITERS: Final[dict[str, Callable[..., None]]] = {
    "data": lambda machine, self, value: session(machine).set_value(self, value),
    "grad": _set_grad,
    "requires_grad": lambda machine, self, value: (requires_grad(machine, self, value), None)[1],
}


def requires_grad(machine: Machine, self: Tensor, requires_grad: Value = True) -> Tensor:
    """`x.requires_grad_()`."""
    if self.op is not None and not self.requires_grad:  # computed without a gradient: for PyTorch it is a leaf
        self.op, self.operands, self.attributes = None, (), ()
    return self.requires_grad_(bool(requires_grad))
