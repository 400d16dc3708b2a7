"""`torch.nn.utils`: gradients that are cut to size, sequences that are made equally long."""

from typing import Final

import numpy as np

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Namespace, Native, Value, natives
from engine.library.exchange import function
from engine.messages import Message
from engine.tensor import Tensor, constant


def _clip(machine: Machine, parameters: Value, max_norm: float, norm_type: float = 2.0, **_: Value) -> Tensor:
    weights = [parameters] if isinstance(parameters, Tensor) else machine.taken(parameters)
    gradients = [np.asarray(each.grad.value) for each in weights if each.grad is not None]
    norms = np.array([np.linalg.norm(each.reshape(-1), norm_type) for each in gradients], np.float32)
    total = np.float32(np.linalg.norm(norms, norm_type))
    factor = min(np.float32(1.0), np.float32(max_norm) / (total + np.float32(1e-6)))
    for each in weights:
        if each.grad is not None:
            each.grad.become((np.asarray(each.grad.value) * factor).astype(each.grad.dtype))
    return constant(np.asarray(total))


def _clip_value(machine: Machine, parameters: Value, clip_value: float) -> None:
    weights = [parameters] if isinstance(parameters, Tensor) else machine.taken(parameters)
    for each in weights:
        if each.grad is not None:
            each.grad.become(np.clip(np.asarray(each.grad.value), -clip_value, clip_value))


def _pad_sequence(machine: Machine, sequences: Value, batch_first: Value = False, padding_value: float = 0.0) -> Tensor:
    rows = machine.taken(sequences)
    longest = max((len(each) for each in rows), default=0)
    padded = [
        function("pad")(each, (*(0, 0) * (each.ndim - 1), 0, longest - len(each)), value=padding_value)
        if len(each) < longest
        else each
        for each in rows
    ]
    made: Tensor = function("stack")(padded, 0 if batch_first else 1)
    return made


def _to_vector(machine: Machine, parameters: Value) -> Tensor:
    made: Tensor = function("cat")([function("reshape")(each, (-1,)) for each in machine.taken(parameters)])
    return made


def _packed(machine: Machine, *_: Value, **__: Value) -> None:
    raise InputError(
        Message("sequences are not packed here"),
        hint=Message("give the layer the padded tensor, and take the output at the last step of each sequence"),
    )


_RNN: Final = Namespace(
    "torch.nn.utils.rnn",
    {
        "pad_sequence": Native("pad_sequence", _pad_sequence),
        **natives(dict.fromkeys(("pack_padded_sequence", "pad_packed_sequence", "pack_sequence"), _packed)),
    },
)
UTILS: Final = Namespace(
    "torch.nn.utils",
    {
        **natives(
            {
                "clip_grad_norm_": _clip,
                "clip_grad_norm": _clip,
                "clip_grad_value_": _clip_value,
                "parameters_to_vector": _to_vector,
            }
        ),
        "rnn": _RNN,
    },
)
MODULES: Final = (UTILS, _RNN)
