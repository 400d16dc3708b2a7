"""`state_dict()` and `load_state_dict()` of layers and models: parameters and buffers by their paths."""

from collections.abc import Iterable

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Instance, Ordered, Token
from engine.library.attributes import detach
from engine.library.session import session
from engine.messages import Message
from engine.tensor import Tensor

Modules = Iterable[tuple[str, Instance]]
"""A module and all layers in it, with their paths."""


def _held(machine: Machine, modules: Modules) -> dict[str, Tensor]:
    """What is kept, each module's parameters first."""
    found: dict[str, Tensor] = {}
    trained = machine.library["parameters"]
    for path, holder in modules:
        own = {name: each for name, each in holder.attributes.items() if type(each) is Tensor}
        kept = holder.attributes.get("_buffers", {})
        for name in sorted(own, key=lambda name: own[name] not in trained):
            if own[name] in trained or kept.get(name):
                found[f"{path}.{name}" if path else name] = own[name]
    return found


def _quoted(keys: list[str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)


def state(machine: Machine, modules: Modules) -> Ordered:
    """`model.state_dict()`."""
    return Ordered({key: detach(machine, each) for key, each in _held(machine, modules).items()})


def load(machine: Machine, name: str, modules: Modules, given: dict[str, Tensor], *, strict: bool) -> Token:
    """`model.load_state_dict(given)`. Raises `InputError` where PyTorch would: if names are missing or unknown, unless
    it is not `strict`, and if a shape is another."""
    own = _held(machine, modules)
    missing, unexpected = [key for key in own if key not in given], [key for key in given if key not in own]
    said = [
        f"{what} key(s) in state_dict: {_quoted(keys)}. "
        for what, keys in (("Missing", missing), ("Unexpected", unexpected))
        if keys and strict
    ]
    said += [
        f"size mismatch for {key}: copying a param with shape torch.Size({list(given[key].shape)}) from checkpoint, "
        f"the shape in current model is torch.Size({list(each.shape)})."
        for key, each in own.items()
        if key in given and given[key].shape != each.shape
    ]
    if said:
        error = InputError(
            Message("Error(s) in loading state_dict for {name}: {what}", name=name, what=" ".join(said).strip()),
            hint=Message("the model must be built as the one whose state it was; strict=False leaves out other names"),
        )
        error.python, error.said = "RuntimeError", "\n\t".join([f"Error(s) in loading state_dict for {name}:", *said])
        raise error
    for key, each in own.items():
        if key in given:
            session(machine).update(each, given[key].value)
    if missing or unexpected:
        return Token(f"_IncompatibleKeys(missing_keys={missing}, unexpected_keys={unexpected})")
    return Token("<All keys matched successfully>")
