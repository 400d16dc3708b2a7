"""Losses as layers, and those that are made of other operations."""

import math
from typing import Any, Final

from engine.errors import InputError
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Value, natives
from engine.library.exchange import function
from engine.library.layer import layer
from engine.messages import Message
from engine.tensor import Tensor


def loss(op: str, own: str, **settings: Value) -> Class:
    """The class of a loss with its settings and a `reduction`."""

    def init(machine: Machine, self: Instance, *given: Value, reduction: str = "mean", **named: Value) -> None:
        for name in named:
            if name not in settings:
                raise TypeError(f"got an unexpected keyword argument '{name}'")
        self.attributes |= {"reduction": reduction, **settings, **dict(zip(settings, given, strict=False)), **named}

    def forward(machine: Machine, self: Instance, *values: Value) -> Value:
        named = {name: self.attributes[name] for name in settings if self.attributes[name] is not None}
        named["reduction"] = self.attributes["reduction"]
        made = MADE.get(op)
        return made.call(machine, *values, **named) if made is not None else function(op)(*values, **named)

    return layer(own, init, forward, lambda held: "")


def _reduced(losses: Tensor, reduction: str) -> Tensor:
    if reduction not in ("none", "mean", "sum"):
        raise InputError(
            Message("{name} is not a valid value for reduction", name=reduction),
            hint=Message("it is 'mean', 'sum' or 'none'"),
        )
    return losses if reduction == "none" else function(reduction)(losses)


def _at_least_zero(input: Tensor) -> Any:
    return function("clamp_min")(input, 0)


def _margin_ranking(
    machine: Machine, input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0.0, reduction: str = "mean"
) -> Tensor:
    return _reduced(_at_least_zero(-target * (input1 - input2) + margin), reduction)


def _cosine_embedding(
    machine: Machine, input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0.0, reduction: str = "mean"
) -> Tensor:
    total = function("sum")
    lengths = (total(input1 * input1, -1) + 1e-12) * (total(input2 * input2, -1) + 1e-12)
    cosine = total(input1 * input2, -1) / function("sqrt")(lengths)
    where = function("where")
    apart = where(target == -1, _at_least_zero(cosine - margin), cosine * 0)
    return _reduced(where(target == 1, 1 - cosine, apart), reduction)


def _triplet_margin(
    machine: Machine,
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    near, far = (function("norm")(anchor - each + eps, p, dim=-1) for each in (positive, negative))
    return _reduced(_at_least_zero(near - far + margin), reduction)


def _gaussian_nll(
    machine: Machine,
    input: Tensor,
    target: Tensor,
    var: Tensor,
    full: Value = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    spread = function("clamp")(var, min=eps)
    losses = 0.5 * (function("log")(spread) + (input - target) ** 2 / spread)
    return _reduced(losses + 0.5 * math.log(2 * math.pi) if full else losses, reduction)


def _poisson_nll(
    machine: Machine,
    input: Tensor,
    target: Tensor,
    log_input: Value = True,
    full: Value = False,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Tensor:
    if full:
        raise InputError(Message("{op}: {setting}=True is not there", op="poisson_nll_loss", setting="full"))
    if log_input:
        return _reduced(function("exp")(input) - target * input, reduction)
    return _reduced(input - target * function("log")(input + eps), reduction)


def _soft_margin(machine: Machine, input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    made = _reduced(function("log1p")(function("exp")(-target * input)), reduction)
    machine.library["grad_fns"][made.birth] = "SoftMarginLossBackward0"
    return made


MADE: Final = natives(
    {
        "margin_ranking_loss": _margin_ranking,
        "cosine_embedding_loss": _cosine_embedding,
        "triplet_margin_loss": _triplet_margin,
        "gaussian_nll_loss": _gaussian_nll,
        "poisson_nll_loss": _poisson_nll,
        "soft_margin_loss": _soft_margin,
    }
)
"""Functions of `torch.nn.functional`, by name."""
LOSSES: Final[dict[str, Value]] = {
    "MSELoss": loss("mse_loss", "MSELoss"),
    "L1Loss": loss("l1_loss", "L1Loss"),
    "CrossEntropyLoss": loss("cross_entropy", "CrossEntropyLoss", weight=None, ignore_index=None, label_smoothing=None),
    "NLLLoss": loss("nll_loss", "NLLLoss", weight=None, ignore_index=None),
    "BCELoss": loss("binary_cross_entropy", "BCELoss", weight=None),
    "BCEWithLogitsLoss": loss("binary_cross_entropy_with_logits", "BCEWithLogitsLoss", weight=None, pos_weight=None),
    "SmoothL1Loss": loss("smooth_l1_loss", "SmoothL1Loss", beta=None),
    "HuberLoss": loss("huber_loss", "HuberLoss", delta=None),
    "KLDivLoss": loss("kl_div", "KLDivLoss", log_target=None),
    "HingeEmbeddingLoss": loss("hinge_embedding_loss", "HingeEmbeddingLoss", margin=None),
    "MarginRankingLoss": loss("margin_ranking_loss", "MarginRankingLoss", margin=None),
    "CosineEmbeddingLoss": loss("cosine_embedding_loss", "CosineEmbeddingLoss", margin=None),
    "TripletMarginLoss": loss("triplet_margin_loss", "TripletMarginLoss", margin=None, p=None, eps=None),
    "GaussianNLLLoss": loss("gaussian_nll_loss", "GaussianNLLLoss", full=None, eps=None),
    "PoissonNLLLoss": loss("poisson_nll_loss", "PoissonNLLLoss", log_input=None, full=None, eps=None),
    "SoftMarginLoss": loss("soft_margin_loss", "SoftMarginLoss"),
}
"""The classes of `torch.nn`."""
