"""`torch.Generator`: a stream of random numbers of its own."""

from typing import Final

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Value, natives
from engine.library.session import session
from engine.messages import Message
from engine.random import Generator


def _streams(machine: Machine) -> dict[Instance, Generator]:
    """The streams by their objects: a program never holds the stream itself."""
    found: dict[Instance, Generator] = machine.library.setdefault("streams", {})
    return found


def stream(machine: Machine, generator: Value) -> Generator:
    """The stream of a program's generator; the common one for None."""
    if generator is None:
        return session(machine).random
    found = _streams(machine).get(generator) if isinstance(generator, Instance) else None
    if found is None:
        raise InputError(
            Message("generator= takes a torch.Generator"),
            hint=Message("write g = torch.Generator().manual_seed(0), then generator=g"),
        )
    return found


def _init(machine: Machine, self: Instance, device: Value = None) -> None:
    machine.charge(100)
    _streams(machine)[self] = Generator()


def _manual_seed(machine: Machine, self: Instance, seed: Value) -> Instance:
    machine.charge(100)
    stream(machine, self).manual_seed(int(seed))
    return self


GENERATOR: Final = Class("Generator", (), natives({"__init__": _init, "manual_seed": _manual_seed}))
