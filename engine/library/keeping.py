"""`torch.save`, `torch.load`, and `state_dict()` of optimizers and schedules: kept as long as the program runs."""

from typing import Any, Final

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Instance, Native, Value, kind_name, natives
from engine.library.copying import COPYING
from engine.messages import Message
from engine.tensor import Tensor

_DEEP_COPY: Final = COPYING.members["deepcopy"]


def _name(place: Value) -> str:
    if isinstance(place, str):
        return place
    raise InputError(
        Message("a file is named by a text, and this is a value of type `{kind}`", kind=kind_name(place)),
        hint=Message("write for example torch.save(model.state_dict(), 'model.pt')"),
    )


def _save(machine: Machine, obj: Value, f: Value, **_: Value) -> None:
    kept: dict[str, Value] = machine.library.setdefault("files", {})
    kept[_name(f)] = machine.call(_DEEP_COPY, [obj])


def _load(machine: Machine, f: Value, map_location: Value = None, *, weights_only: Value = True) -> Value:
    kept: dict[str, Value] = machine.library.get("files", {})
    if _name(f) not in kept:
        error = InputError(
            Message("there is no file `{name}`: programs reach no files here", name=_name(f)[:60]),
            hint=Message("only what this program has saved itself can be loaded"),
        )
        error.python = "FileNotFoundError"
        raise error
    return machine.call(_DEEP_COPY, [kept[f]])


KEEPING: Final = natives({"save": _save, "load": _load})


# --- optimizers


def _optimizer_state(machine: Machine, self: Instance) -> dict[str, Value]:
    groups = self.attributes["param_groups"]
    order = [weight for group in groups for weight in group["params"]]
    places = {weight: place for place, weight in enumerate(order)}
    told = [{**group, "params": [places[weight] for weight in group["params"]]} for group in groups]
    state = {places[weight]: dict(held) for weight, held in self.attributes["state"].items()}
    return {"state": state, "param_groups": told}


def _load_optimizer_state(machine: Machine, self: Instance, state_dict: dict[str, Any]) -> None:
    groups = self.attributes["param_groups"]
    for group, told in zip(groups, state_dict["param_groups"], strict=True):
        group |= {key: value for key, value in told.items() if key != "params"}
    order = [weight for group in groups for weight in group["params"]]
    self.attributes["state"].clear()
    self.attributes["state"].update({order[place]: dict(held) for place, held in state_dict["state"].items()})


def _add_group(machine: Machine, self: Instance, param_group: dict[str, Value]) -> None:
    weights = param_group["params"]
    taken = [weights] if isinstance(weights, Tensor) else machine.taken(weights)
    self.attributes["param_groups"].append({**self.attributes["defaults"], **param_group, "params": taken})


OF_OPTIMIZERS: Final[dict[str, Native]] = natives(
    {"state_dict": _optimizer_state, "load_state_dict": _load_optimizer_state, "add_param_group": _add_group}
)


# --- schedules


def _schedule_state(machine: Machine, self: Instance) -> dict[str, Value]:
    return {key: value for key, value in self.attributes.items() if key not in ("optimizer", "schedulers")}


def _load_schedule_state(machine: Machine, self: Instance, state_dict: dict[str, Value]) -> None:
    self.attributes |= state_dict


OF_SCHEDULES: Final[dict[str, Native]] = natives(
    {"state_dict": _schedule_state, "load_state_dict": _load_schedule_state}
)
