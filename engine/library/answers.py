"""What a program's own `backward` returns, looked through as PyTorch does, in its words."""

from collections.abc import Sequence

from engine.errors import InputError, ShapeError
from engine.language.values import Value, kind_name
from engine.messages import Message
from engine.ops.shaping import SUM_TO_SIZE
from engine.tensor import Tensor


def checked(said: Value, arguments: Sequence[Value], name: str) -> list[Tensor | None]:
    """One gradient per tensor among the arguments, each of the shape of its tensor. Raises `InputError`."""
    given = list(said) if type(said) is tuple else [said]
    if len(given) > len(arguments) and all(each is None for each in given[len(arguments) :]):
        del given[len(arguments) :]
    if len(given) != len(arguments):
        raise InputError(
            Message(
                "function {name}Backward returned an incorrect number of gradients (expected {expected}, got {given})",
                name=name,
                expected=len(arguments),
                given=len(given),
            ),
            hint=Message(
                "`backward` returns one gradient for each argument of `forward` but ctx, and None for what is no tensor"
            ),
        )
    for place, (each, argument) in enumerate(zip(given, arguments, strict=True)):
        if each is not None and type(argument) is not Tensor:
            raise InputError(
                Message(
                    "function {name}Backward returned a gradient different than None at position {place}, but the "
                    "corresponding forward input was not a Variable",
                    name=name,
                    place=place + 1,
                ),
                hint=Message("`backward` returns None in that place"),
            )
    pairs = [(each, argument) for each, argument in zip(given, arguments, strict=True) if type(argument) is Tensor]
    return [
        None if each is None else _fitting(each, argument, index, name) for index, (each, argument) in enumerate(pairs)
    ]


def _fitting(gradient: Value, operand: Tensor, index: int, name: str) -> Tensor:
    if type(gradient) is not Tensor:
        raise InputError(
            Message("expected Variable or None (got {kind})", kind=kind_name(gradient)),
            hint=Message("`backward` returns tensors, made from the gradient it is given"),
        )
    if gradient.shape == operand.shape or not operand.requires_grad:
        return gradient
    missing = len(gradient.shape) - len(operand.shape)
    sizes = zip(gradient.shape[max(0, missing) :], operand.shape, strict=False)
    if missing < 0 or any(own not in (1, size) for size, own in sizes):
        raise ShapeError(
            Message(
                "Function {name}Backward returned an invalid gradient at index {index} - got {given} but expected "
                "shape compatible with {shape}",
                name=name,
                index=index,
                given=list(gradient.shape),
                shape=list(operand.shape),
            ),
            hint=Message("a gradient has the shape of the tensor that it belongs to"),
        )
    made: Tensor = SUM_TO_SIZE(gradient, operand.shape)
    return made
