"""What programs write for mixed precision: on the CPU without effect, as PyTorch does where there is no GPU."""

from contextlib import nullcontext
from typing import Final

from engine.errors import InputError
from engine.language.guard import Guard
from engine.language.machine import Machine
from engine.language.members import member
from engine.language.values import Class, Instance, Namespace, Native, Value, natives
from engine.messages import Message


def _autocast(
    machine: Machine, device_type: str = "cuda", dtype: Value = None, enabled: Value = True, **_: Value
) -> Guard:
    if enabled and device_type == "cpu":
        raise InputError(
            Message("the element types here are float32, float64, int64, int32, int16, int8, uint8 and bool"),
            hint=Message("leave out autocast, or write enabled=False"),
        )
    return Guard("torch.autocast()", nullcontext)


def _step(machine: Machine, self: Instance, optimizer: Instance, *arguments: Value) -> Value:
    return machine.call(member(machine, optimizer, "step"), list(arguments))


_SCALER: Final = Class(
    "GradScaler",
    (),
    natives(
        {
            "__init__": lambda machine, self, *_, **__: None,
            "scale": lambda machine, self, outputs: outputs,
            "unscale_": lambda machine, self, optimizer: None,
            "step": _step,
            "update": lambda machine, self, new_scale=None: None,
            "get_scale": lambda machine, self: 1.0,
            "state_dict": lambda machine, self: {},
        }
    ),
)
AUTOCAST: Final = Native("autocast", _autocast)
_MEMBERS: Final[dict[str, Value]] = {"autocast": AUTOCAST, "GradScaler": _SCALER}
AMP: Final = Namespace("torch.amp", _MEMBERS)
CUDA_AMP: Final = Namespace(
    "torch.cuda.amp", {**_MEMBERS, "autocast": Native("autocast", lambda machine, **_: Guard("autocast", nullcontext))}
)
MODULES: Final = (AMP, CUDA_AMP)
