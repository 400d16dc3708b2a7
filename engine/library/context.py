"""`ctx`: what a function of the program keeps of its forward pass for the way back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from engine.errors import InputError, SourceError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Native, Property, Value, kind_name, natives
from engine.messages import Message
from engine.node import born
from engine.tensor import Tensor


class Context:
    """The program sees it as `held`, an object that takes any attribute."""

    def __init__(self, machine: Machine, kind: Class, arguments: Sequence[Value]) -> None:
        self.saved: tuple[Tensor | None, ...] = ()
        self.apart: tuple[Value, ...] = ()
        """Outputs through which no gradient passes."""
        self.birth = born()
        """Whatever `forward` makes is younger."""
        self._read_once = False
        self._zeros = True
        self._births: list[int | None] = []
        self._stand_ins: Mapping[Tensor, Tensor] = {}
        methods = natives(
            {
                "save_for_backward": self._save,
                "mark_non_differentiable": self._mark,
                "mark_dirty": _refuse_dirty,
                "set_materialize_grads": self._set_materialize,
            }
        )
        saved = Property(Native("saved_tensors", self._read))
        self.held = Instance(
            Class(f"{kind.name}Backward", (), {**methods, "saved_tensors": saved}, "torch.autograd.function")
        )
        self.held.attributes["needs_input_grad"] = tuple(
            type(each) is Tensor and each.requires_grad for each in arguments
        )

    def close(self) -> None:
        """From here on what was saved may not change."""
        self._births = [None if each is None else each.birth for each in self.saved]

    def saves(self, operand: Tensor | None = None) -> bool:
        """Whether that tensor was saved; None: whether anybody has looked at what was."""
        return self._read_once if operand is None else any(each is operand for each in self.saved)

    def tensors(self) -> list[Tensor]:
        """Each tensor that was saved or kept as an attribute, alone or in lists."""
        found: dict[int, Tensor] = {}
        seen: set[int] = set()
        waiting: list[Value] = [*self.saved, *self.held.attributes.values()]
        for each in waiting:
            if type(each) is Tensor:
                found[id(each)] = each
            elif isinstance(each, (list, tuple, dict)) and id(each) not in seen:
                seen.add(id(each))
                waiting.extend(each.values() if isinstance(each, dict) else each)
        return list(found.values())

    @contextmanager
    def standing_in(self, stand_ins: Mapping[Tensor, Tensor]) -> Iterator[None]:
        """Inside, what was saved is given as the tensors that stand in for it in another graph."""
        self._stand_ins = stand_ins
        try:
            yield
        finally:
            self._stand_ins = {}

    def _save(self, machine: Machine, self_: Instance, *tensors: Value) -> None:
        for place, each in enumerate(tensors):
            if each is not None and type(each) is not Tensor:
                error = SourceError(
                    Message(
                        "save_for_backward can only save variables, but argument {place} is of type {kind}",
                        place=place,
                        kind=kind_name(each),
                    ),
                    hint=Message("what is no tensor is kept as an attribute: ctx.k = k"),
                )
                error.python = "TypeError"
                raise error
        self.saved = tensors

    def _read(self, machine: Machine, self_: Instance) -> tuple[Value, ...]:
        self._read_once = True
        for each, birth in zip(self.saved, self._births, strict=False):
            if each is not None and each not in self._stand_ins and each.birth != birth:
                raise InputError(
                    Message(
                        "one of the variables needed for gradient computation has been modified by an inplace operation"
                    ),
                    hint=Message("change it after backward(), or save a copy: ctx.save_for_backward(x.clone())"),
                )
        return tuple(None if each is None else self._stand_ins.get(each, each) for each in self.saved)

    def check_zeros(self) -> None:
        """Raises `InputError` if what does not arrive of several gradients is wanted as None."""
        if not self._zeros:
            raise InputError(
                Message("of several gradients, one that did not arrive is always zeros here"),
                hint=Message("leave set_materialize_grads out"),
            )

    def _set_materialize(self, machine: Machine, self_: Instance, value: Value) -> None:
        self._zeros = bool(value)

    def _mark(self, machine: Machine, self_: Instance, *outputs: Value) -> None:
        self.apart = outputs


def _refuse_dirty(machine: Machine, self_: Instance, *inputs: Value) -> None:
    raise InputError(
        Message("functions that change their input in place are not here"),
        hint=Message("leave mark_dirty out, and return a new tensor"),
    )
