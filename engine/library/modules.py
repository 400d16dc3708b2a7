"""`nn.Module`: an object whose parameters and layers are found by going through its attributes."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from engine import dtypes
from engine.errors import InputError
from engine.language import formatting
from engine.language.machine import Machine
from engine.language.values import UNBOUND, Class, Instance, Native, Once, Property, Value, natives
from engine.library.hooks import REGISTERING, around
from engine.library.session import session
from engine.library.states import load, state
from engine.messages import Message
from engine.tensor import Origin, Tensor


def is_module(value: Value) -> bool:
    """Whether a value is a layer or model."""
    return isinstance(value, Instance) and value.kind.derives_from(MODULE)


def children(module: Instance) -> Iterator[tuple[str, Instance]]:
    """The layers that are attributes of a module, with their names."""
    for name, value in module.attributes.items():
        if is_module(value):
            yield name, value


def named_parameters(machine: Machine, module: Instance, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
    """All parameters, each once, with their paths."""
    known: set[Tensor] = set()
    for path, holder in named_modules(module, prefix):
        for name, value in holder.attributes.items():
            if type(value) is Tensor and value in machine.library["parameters"] and value not in known:
                known.add(value)
                yield f"{path}.{name}" if path else name, value


def named_modules(module: Instance, prefix: str = "") -> Iterator[tuple[str, Instance]]:
    """The module and all layers in it, with their paths."""
    yield prefix, module
    for name, child in children(module):
        yield from named_modules(child, f"{prefix}.{name}" if prefix else name)


def attach(machine: Machine, subject: Instance, name: str, value: Value) -> None:
    """What happens when an object is given an attribute: parameters and layers learn their names."""
    if not is_module(subject):
        if is_module(value):
            christen(machine, value, name)
        return
    parameter = type(value) is Tensor and value in machine.library["parameters"]
    if not parameter and not is_module(value):
        return
    if "training" not in subject.attributes:
        what = "parameters" if parameter else "module"
        raise InputError(
            Message("cannot assign {what} before Module.__init__() call", what=what),
            hint=Message("begin __init__ with the line super().__init__()"),
        )
    if parameter:
        _rename(value, name)
    else:
        value.name = name
        for path, each in named_parameters(machine, value):
            _rename(each, f"{name}.{path}")


def christen(machine: Machine, value: Instance, name: str) -> None:
    """A layer that gets a name of the program: its own parameters are called after it."""
    if not value.name and is_module(value):
        value.name = name
        for path, each in named_parameters(machine, value):
            if "." not in path:
                _rename(each, f"{name}.{path}")


def _rename(parameter: Tensor, name: str) -> None:
    origin = parameter.origin
    parameter.origin = Origin("parameter", name, origin.span if origin else None)


def parameter(machine: Machine, value: Any, name: str, requires_grad: bool = True) -> Tensor:
    """A tensor that is trained."""
    made = value if isinstance(value, Tensor) else Tensor()
    if not isinstance(value, Tensor):
        from_array = dtypes.normal(value)
        made.value, made.op, made.operands, made.requires_grad = from_array, None, (), False
        made.attributes, made.birth, made.grad, made.pending = (), 0, None, None
    made.origin = Origin("parameter", name or None, machine.here().span)
    made.requires_grad = requires_grad
    machine.library["parameters"].add(made)
    machine.made.append(made)  # for a program that makes nothing but a model
    return made


def _init(machine: Machine, self: Instance, *_: Value, **__: Value) -> None:
    self.attributes.setdefault("training", True)


def _call(machine: Machine, self: Instance, *arguments: Value, **named: Value) -> Value:
    forward = self.kind.find("forward")
    if forward is UNBOUND:
        raise InputError(
            Message("`{name}` has no method `forward`", name=self.kind.name),
            hint=Message("write def forward(self, x): in the class"),
        )
    outer = machine.scope
    machine.scope = (outer, self.name or self.kind.name)
    try:
        if self in machine.library["layer_hooks"]:
            return around(machine, self, forward, list(arguments), named)
        return machine.call(forward, [self, *arguments], named)
    finally:
        machine.scope = outer


def _once(values: Iterable[Value]) -> Once:
    """What may be gone through once, as PyTorch's generators."""
    return Once("generator", iter(list(values)))


def _parameters(machine: Machine, self: Instance, recurse: Value = True) -> Once:
    return _once(each for _, each in named_parameters(machine, self))


def _named(machine: Machine, self: Instance) -> Once:
    return _once(named_parameters(machine, self))


def _zero_grad(machine: Machine, self: Instance, set_to_none: Value = True) -> None:
    for _, each in named_parameters(machine, self):
        session(machine).clear(each, to_none=bool(set_to_none))


def _train(machine: Machine, self: Instance, mode: Value = True) -> Instance:
    for _, each in named_modules(self):
        each.attributes["training"] = bool(mode)
    return self


def _eval(machine: Machine, self: Instance) -> Instance:
    return _train(machine, self, False)


def _apply(machine: Machine, self: Instance, function: Value) -> Instance:
    for _, each in children(self):
        _apply(machine, each, function)
    machine.call(function, [self])
    return self


def _set_requires(machine: Machine, self: Instance, requires_grad: Value = True) -> Instance:
    for _, each in named_parameters(machine, self):
        each.requires_grad = bool(requires_grad)
    return self


def _cast(held: dtypes.DType) -> Any:
    def cast(machine: Machine, self: Instance) -> Instance:
        for _, each in named_parameters(machine, self):
            each.value = dtypes.normal(np.asarray(each.value).astype(held))
        return self

    return cast


def _add_module(machine: Machine, self: Instance, name: str, module: Instance) -> None:
    attach(machine, self, name, module)
    self.attributes[name] = module


def _held(of: Callable[[Machine, Instance], Iterable[tuple[str, Value]]]) -> Property:
    """`self._modules`: what a module holds under its names, which can be set as well."""

    def read(machine: Machine, self: Instance) -> Instance:
        return Instance(
            Class(
                "OrderedDict",
                (),
                natives(
                    {
                        "keys": lambda machine, _: [name for name, _ in of(machine, self)],
                        "values": lambda machine, _: [each for _, each in of(machine, self)],
                        "items": lambda machine, _: list(of(machine, self)),
                        "__iter__": lambda machine, _: [name for name, _ in of(machine, self)],
                        "__len__": lambda machine, _: len(list(of(machine, self))),
                        "__getitem__": lambda machine, _, name: dict(of(machine, self))[name],
                        "__setitem__": lambda machine, _, name, value: _add_module(machine, self, name, value),
                    }
                ),
            )
        )

    return Property(Native("held", read))


def _own_parameters(machine: Machine, self: Instance) -> Iterator[tuple[str, Value]]:
    trained = machine.library["parameters"]
    return ((name, each) for name, each in self.attributes.items() if type(each) is Tensor and each in trained)


def _register_buffer(machine: Machine, self: Instance, name: str, tensor: Value, persistent: Value = True) -> None:
    self.attributes[name] = tensor
    self.attributes["_buffers"] = {**self.attributes.get("_buffers", {}), name: bool(persistent)}


def _named_buffers(machine: Machine, self: Instance) -> Once:
    return _once(
        (f"{path}.{name}" if path else name, holder.attributes[name])
        for path, holder in named_modules(self)
        for name in holder.attributes.get("_buffers", ())
        if type(holder.attributes.get(name)) is Tensor
    )


def _at(machine: Machine, self: Instance, target: str) -> Value:
    """`model.get_submodule("net.0")`, `model.get_parameter("net.0.weight")`."""
    held: Value = self
    for name in target.split("."):
        held = held.attributes[name]
    return held


def _repr(machine: Machine, self: Instance) -> str:
    extra = self.kind.find("extra_repr")
    said = machine.call(extra, [self]) if extra is not UNBOUND else ""
    lines = [f"({name}): " + formatting.shown(machine, child).replace("\n", "\n  ") for name, child in children(self)]
    machine.charge_text(sum(map(len, lines)))
    if not lines:
        return f"{self.kind.name}({said})"
    return f"{self.kind.name}(\n  " + "\n  ".join(([said] if said else []) + lines) + "\n)"


def _same(machine: Machine, self: Instance, *_: Value, **__: Value) -> Instance:
    return self


MODULE = Class(
    "Module",
    (),
    natives(
        {
            "__init__": _init,
            "__call__": _call,
            "__repr__": _repr,
            "parameters": _parameters,
            "named_parameters": _named,
            "zero_grad": _zero_grad,
            "train": _train,
            "eval": _eval,
            "state_dict": lambda machine, self: state(machine, named_modules(self)),
            "load_state_dict": lambda machine, self, state_dict, strict=True: load(
                machine, self.kind.name, named_modules(self), state_dict, strict=bool(strict)
            ),
            "apply": _apply,
            "to": _same,
            "cpu": _same,
            "cuda": _same,
            "requires_grad_": _set_requires,
            "double": _cast(dtypes.FLOAT64),
            "float": _cast(dtypes.FLOAT32),
            "add_module": _add_module,
            "register_module": _add_module,
            "register_buffer": _register_buffer,
            "register_parameter": _add_module,
            "named_buffers": _named_buffers,
            "buffers": lambda machine, self: _once(each for _, each in _named_buffers(machine, self).iterator),
            **dict.fromkeys(("get_submodule", "get_parameter", "get_buffer"), _at),
            "children": lambda machine, self: _once(each for _, each in children(self)),
            "named_children": lambda machine, self: _once(children(self)),
            "modules": lambda machine, self: _once(each for _, each in named_modules(self)),
            "named_modules": lambda machine, self: _once(named_modules(self)),
        }
    )
    | REGISTERING
    | {"_modules": _held(lambda machine, self: children(self)), "_parameters": _held(_own_parameters)},
)
