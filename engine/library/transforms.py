"""`torch.autograd.functional` and `torch.func`: derivatives of functions, as functions."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine import mode
from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Instance, Namespace, Native, Value, natives
from engine.library.attributes import detach
from engine.library.exchange import function
from engine.library.items import index
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor, constant


def _several(value: Value) -> tuple[Value, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _like(made: tuple[Value, ...], asked: Value) -> Value:
    """One for one, and a tuple for several."""
    return made if isinstance(asked, (tuple, list)) else made[0]


def _own(value: Tensor) -> Any:
    """An input of the function's own: a leaf, or a result of the input if that is itself differentiated."""
    if value.requires_grad and not mode.without_gradients():
        return value.clone()
    return constant(value.value).requires_grad_()


def _given_back(machine: Machine, made: Value, inputs: tuple[Tensor, ...]) -> Value:
    """A derivative is a plain value unless the input it was taken at is itself differentiated."""
    if isinstance(made, tuple):
        return tuple(_given_back(machine, each, inputs) for each in made)
    wanted = any(each.requires_grad for each in inputs) and not mode.without_gradients()
    return made if wanted else detach(machine, made)


def _gradients(machine: Machine, output: Tensor, inputs: list[Tensor], gradient: Value = None) -> list[Any]:
    """∂output/∂input, recorded; zeros where the output does not depend on an input."""
    if not output.requires_grad:
        return [constant(np.zeros(each.shape, each.dtype)) for each in inputs]
    found = session(machine).grad([output], inputs, [gradient], retain_graph=True, create_graph=True, allow_unused=True)
    return [
        constant(np.zeros(each.shape, each.dtype)) if made is None else made
        for each, made in zip(inputs, found, strict=True)
    ]


def _rows(machine: Machine, output: Tensor, inputs: list[Tensor]) -> list[Any]:
    """The Jacobian of one output for each input: the output's shape, then the input's."""
    flat = function("reshape")(output, (-1,))
    machine.charge(flat.shape[0])
    rows = [_gradients(machine, index(machine, flat, place), inputs) for place in range(flat.shape[0])]
    return [
        function("reshape")(function("stack")([row[place] for row in rows]), (*output.shape, *each.shape))
        for place, each in enumerate(inputs)
    ]


def _called(machine: Machine, func: Value, inputs: list[Tensor]) -> Value:
    with mode.enable_grad():
        return machine.call(func, list(inputs))


# --- torch.autograd.functional


def _jacobian(machine: Machine, func: Value, inputs: Value, create_graph: Value = False, **_: Value) -> Value:
    given = _several(inputs)
    own = [_own(each) if create_graph else constant(each.value).requires_grad_() for each in given]
    outputs = _called(machine, func, own)
    with mode.enable_grad():
        made = tuple(_like(tuple(_rows(machine, each, own)), inputs) for each in _several(outputs))
    found = _like(made, outputs)
    return found if create_graph else _plain(machine, found)


def _plain(machine: Machine, made: Value) -> Value:
    return tuple(_plain(machine, each) for each in made) if isinstance(made, tuple) else detach(machine, made)


def _hessian(machine: Machine, func: Value, inputs: Value, create_graph: Value = False, **_: Value) -> Value:
    given = _several(inputs)
    own = [_own(each) if create_graph else constant(each.value).requires_grad_() for each in given]
    output = _called(machine, func, own)
    _check_scalar(output)
    with mode.enable_grad():
        first = _gradients(machine, output, own)
        made = tuple(_like(tuple(_rows(machine, each, own)), inputs) for each in first)
    found = _like(made, inputs)
    return found if create_graph else _plain(machine, found)


def _check_scalar(output: Tensor) -> None:
    if np.size(output.value) != 1:
        raise InputError(
            Message("the function must give a single number here"),
            hint=Message("take its sum() or mean(), or ask for the jacobian"),
        )


def _vjp(machine: Machine, func: Value, inputs: Value, v: Value = None, **_: Value) -> tuple[Value, Value]:
    own = [constant(each.value).requires_grad_() for each in _several(inputs)]
    output = _called(machine, func, own)
    with mode.enable_grad():
        made = tuple(_gradients(machine, output, own, v))
    return _plain(machine, output), _plain(machine, _like(made, inputs))


def _jvp(machine: Machine, func: Value, inputs: Value, v: Value = None, **_: Value) -> tuple[Value, Value]:
    """By reverse mode twice, as PyTorch does here."""
    own = [constant(each.value).requires_grad_() for each in _several(inputs)]
    output = _called(machine, func, own)
    with mode.enable_grad():
        dummy = constant(np.zeros(output.shape, output.dtype)).requires_grad_()
        back = _gradients(machine, output, own, dummy)
        total = sum(
            (function("sum")(each * way) for each, way in zip(back, _several(v), strict=True)),
            start=constant(np.zeros((), output.dtype)),
        )
        (made,) = _gradients(machine, total, [dummy])
    return _plain(machine, output), _plain(machine, made)


def _hvp(machine: Machine, func: Value, inputs: Value, v: Value = None, **_: Value) -> tuple[Value, Value]:
    own = [constant(each.value).requires_grad_() for each in _several(inputs)]
    output = _called(machine, func, own)
    _check_scalar(output)
    with mode.enable_grad():
        first = _gradients(machine, output, own)
        total = sum(
            (function("sum")(each * way) for each, way in zip(first, _several(v), strict=True)),
            start=constant(np.zeros((), output.dtype)),
        )
        made = tuple(_gradients(machine, total, own))
    return _plain(machine, output), _plain(machine, _like(made, inputs))


# --- torch.func


def _derived(name: str, make: Callable[[Machine, Tensor, list[Tensor]], list[Any]]) -> Callable[..., Native]:
    """A function of a function; `make` gives the derivatives of its output by the inputs that are asked for."""

    def of(machine: Machine, func: Value, argnums: Value = 0, has_aux: Value = False) -> Native:
        places = _several(argnums)

        def called(machine: Machine, *arguments: Value, **named: Value) -> Value:
            given = tuple(arguments[place] for place in places)
            values = list(arguments)
            own = [_own(each) for each in given]
            for place, each in zip(places, own, strict=True):
                values[place] = each
            with mode.enable_grad():
                output = machine.call(func, values, named)
                output, aux = output if has_aux else (output, None)
                made = _given_back(machine, _like(tuple(make(machine, output, own)), argnums), given)
            if name == "grad_and_value":
                return made, _given_back(machine, output, given)
            return (made, aux) if has_aux else made

        return Native(name, called)

    return of


def _of_scalar(machine: Machine, output: Tensor, inputs: list[Tensor]) -> list[Any]:
    _check_scalar(output)
    return _gradients(machine, output, inputs)


def _twice(machine: Machine, output: Tensor, inputs: list[Tensor]) -> list[Any]:
    return [
        _rows(machine, each, [own])[0] for each, own in zip(_of_scalar(machine, output, inputs), inputs, strict=True)
    ]


def _vmap(machine: Machine, func: Value, in_dims: Value = 0, out_dims: int = 0, **_: Value) -> Native:
    def called(machine: Machine, *arguments: Value) -> Value:
        dims = in_dims if isinstance(in_dims, tuple) else (in_dims,) * len(arguments)
        pairs = list(zip(arguments, dims, strict=True))
        count = next(each.shape[dim] for each, dim in pairs if dim is not None)
        machine.charge(count)
        made = [
            machine.call(
                func,
                [each if dim is None else function("select")(each, dim, place) for each, dim in pairs],
            )
            for place in range(count)
        ]
        if isinstance(made[0], tuple):
            return tuple(function("stack")([row[place] for row in made], out_dims) for place in range(len(made[0])))
        return function("stack")(made, out_dims)

    return Native("vmap", called)


def _functional_call(
    machine: Machine, module: Instance, parameters: dict[str, Tensor], args: Value = (), kwargs: Value = None
) -> Value:
    """The module with other parameters, which it gives back afterwards."""
    before: list[tuple[Instance, str, Value]] = []
    for path, value in parameters.items():
        *way, name = path.split(".")
        holder = module
        for each in way:
            holder = holder.attributes[each]
        before.append((holder, name, holder.attributes[name]))
        holder.attributes[name] = value
    try:
        return machine.call(module, list(_several(args)), kwargs or {})
    finally:
        for holder, name, value in before:
            holder.attributes[name] = value


FUNCTIONAL_DERIVATIVES: Final = Namespace(
    "torch.autograd.functional",
    natives({"jacobian": _jacobian, "hessian": _hessian, "vjp": _vjp, "jvp": _jvp, "hvp": _hvp}),
)
FUNC: Final = Namespace(
    "torch.func",
    natives(
        {
            "grad": _derived("grad", _of_scalar),
            "grad_and_value": _derived("grad_and_value", _of_scalar),
            "jacrev": _derived("jacrev", _rows),
            "jacfwd": _derived("jacfwd", _rows),
            "hessian": _derived("hessian", _twice),
            "vmap": _vmap,
            "functional_call": _functional_call,
        }
    ),
)
MODULES: Final = (FUNCTIONAL_DERIVATIVES, FUNC)
