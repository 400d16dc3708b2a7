"""`torch.distributions`: categorical, normal and Bernoulli, drawn with PyTorch's numbers and differentiated as they are
there."""

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine import mode
from engine.dtypes import FLOAT32, INT64
from engine.errors import InputError
from engine.language import formatting
from engine.language.machine import Machine
from engine.language.values import Class, Instance, Namespace, Native, Property, Size, Value, natives
from engine.library.drawn import bernoulli, multinomial, normal
from engine.library.exchange import function
from engine.messages import Message
from engine.tensor import Tensor, constant


def _tensor(value: Value) -> Any:
    return value if isinstance(value, Tensor) else constant(np.asarray(value, FLOAT32))


def _clamped(probs: Tensor) -> Any:
    """Away from 0 and 1, so that logarithms are finite. NB: `clamp_probs`."""
    tiny = float(np.finfo(probs.dtype).eps)
    return function("clamp")(probs, min=tiny, max=1 - tiny)


def _given(self: Instance, probs: Value, logits: Value) -> bool:
    """Whether probabilities are given; exactly one of the two has to be."""
    if (probs is None) == (logits is None):
        raise InputError(
            Message("Either `probs` or `logits` must be specified, but not both."),
            hint=Message("write {name}(probs) or {name}(logits=…)", name=self.kind.name),
        )
    return probs is not None


def _lazily(name: str, make: Callable[[Instance], Any]) -> Property:
    """What is computed when it is first asked for."""

    def read(machine: Machine, self: Instance) -> Value:
        if f"_{name}" not in self.attributes:
            self.attributes[f"_{name}"] = machine.keep(make(self), machine.here())
        return self.attributes[f"_{name}"]

    return Property(Native(name, read))


def _asked(machine: Machine, self: Instance, name: str) -> Any:
    return machine.call(self.kind.find(name).function, [self])


def _shape(shape: Value) -> tuple[int, ...]:
    return tuple(shape)


# --- categorical


def _categorical(machine: Machine, self: Instance, probs: Value = None, logits: Value = None) -> None:
    if _given(self, probs, logits):
        self.attributes |= {"_probs": probs / function("sum")(probs, -1, keepdim=True)}
    else:
        self.attributes |= {"_logits": logits - function("logsumexp")(logits, -1, keepdim=True)}


def _categorical_sample(machine: Machine, self: Instance, sample_shape: Value = ()) -> Tensor:
    probs = _asked(machine, self, "probs")
    shape = _shape(sample_shape)
    with mode.no_grad():
        rows = function("reshape")(constant(probs.value), (-1, probs.shape[-1]))
        drawn = multinomial(machine, rows, math.prod(shape), True)
    return constant(np.asarray(np.asarray(drawn.value).T.reshape((*shape, *probs.shape[:-1])), INT64))


def _categorical_log_prob(machine: Machine, self: Instance, value: Tensor) -> Tensor:
    logits = _asked(machine, self, "logits")
    places = function("unsqueeze")(function("to")(value, INT64), -1)
    shape = np.broadcast_shapes(places.shape[:-1], logits.shape[:-1])
    rows, places = function("expand")(logits, (*shape, logits.shape[-1])), function("expand")(places, (*shape, 1))
    return function("squeeze")(function("gather")(rows, -1, places), -1)  # type: ignore[no-any-return]


def _categorical_entropy(machine: Machine, self: Instance) -> Tensor:
    return -function("sum")(_asked(machine, self, "logits") * _asked(machine, self, "probs"), -1)  # type: ignore[no-any-return]


# --- Bernoulli


def _bernoulli(machine: Machine, self: Instance, probs: Value = None, logits: Value = None) -> None:
    by = "probs" if _given(self, probs, logits) else "logits"
    self.attributes |= {f"_{by}": _tensor(probs if by == "probs" else logits)}


def _bernoulli_logits(self: Instance) -> Tensor:
    probs = _clamped(self.attributes["_probs"])
    return function("log")(probs) - function("log1p")(-probs)  # type: ignore[no-any-return]


def _bernoulli_sample(machine: Machine, self: Instance, sample_shape: Value = ()) -> Tensor:
    probs = np.asarray(_asked(machine, self, "probs").value)
    return bernoulli(machine, constant(np.broadcast_to(probs, (*_shape(sample_shape), *probs.shape))))


def _bernoulli_log_prob(machine: Machine, self: Instance, value: Tensor) -> Tensor:
    cost = function("binary_cross_entropy_with_logits")
    return -cost(_asked(machine, self, "logits"), value, reduction="none")  # type: ignore[no-any-return]


def _bernoulli_entropy(machine: Machine, self: Instance) -> Tensor:
    logits, probs = _asked(machine, self, "logits"), _asked(machine, self, "probs")
    return function("binary_cross_entropy_with_logits")(logits, probs, reduction="none")  # type: ignore[no-any-return]


# --- normal


def _normal(machine: Machine, self: Instance, loc: Value, scale: Value) -> None:
    mean, spread = _tensor(loc), _tensor(scale)
    shape = np.broadcast_shapes(mean.shape, spread.shape)
    wide = [each if each.shape == shape else function("expand")(each, shape) for each in (mean, spread)]
    self.attributes |= {"loc": wide[0], "mean": wide[0], "scale": wide[1], "stddev": wide[1]}


def _normal_shape(self: Instance, sample_shape: Value) -> tuple[int, ...]:
    return (*_shape(sample_shape), *self.attributes["loc"].shape)


def _normal_rsample(machine: Machine, self: Instance, sample_shape: Value = ()) -> Tensor:
    drawn = normal(machine, 0.0, 1.0, _normal_shape(self, sample_shape))
    return self.attributes["loc"] + drawn * self.attributes["scale"]  # type: ignore[no-any-return]


def _normal_sample(machine: Machine, self: Instance, sample_shape: Value = ()) -> Tensor:
    with mode.no_grad():
        made = _normal_rsample(machine, self, sample_shape)
    return constant(made.value)


def _normal_log_prob(machine: Machine, self: Instance, value: Value) -> Tensor:
    loc, scale = self.attributes["loc"], self.attributes["scale"]
    apart = -((value - loc) ** 2) / (2 * scale**2)
    return apart - function("log")(scale) - math.log(math.sqrt(2 * math.pi))  # type: ignore[no-any-return]


def _normal_entropy(machine: Machine, self: Instance) -> Tensor:
    return 0.5 + 0.5 * math.log(2 * math.pi) + function("log")(self.attributes["scale"])  # type: ignore[no-any-return]


# --- all of them


def _shown(machine: Machine, self: Instance) -> str:
    held = {name.removeprefix("_"): each for name, each in self.attributes.items()}
    parts = []
    for name in ("loc", "scale") if self.kind is NORMAL else [each for each in ("probs", "logits") if each in held]:
        value = held[name]
        parts.append(
            f"{name}: {value.item() if np.size(value.value) == 1 else formatting.shown(machine, Size(value.shape))}"
        )
    return f"{self.kind.name}({', '.join(parts)})"


CATEGORICAL: Final = Class(
    "Categorical",
    (),
    natives(
        {
            "__init__": _categorical,
            "sample": _categorical_sample,
            "log_prob": _categorical_log_prob,
            "entropy": _categorical_entropy,
            "__repr__": _shown,
        }
    )
    | {
        "probs": _lazily("probs", lambda self: function("softmax")(self.attributes["_logits"], -1)),
        "logits": _lazily("logits", lambda self: function("log")(_clamped(self.attributes["_probs"]))),
    },
)
BERNOULLI: Final = Class(
    "Bernoulli",
    (),
    natives(
        {
            "__init__": _bernoulli,
            "sample": _bernoulli_sample,
            "log_prob": _bernoulli_log_prob,
            "entropy": _bernoulli_entropy,
            "__repr__": _shown,
        }
    )
    | {
        "probs": _lazily("probs", lambda self: function("sigmoid")(self.attributes["_logits"])),
        "logits": _lazily("logits", _bernoulli_logits),
    },
)
NORMAL: Final = Class(
    "Normal",
    (),
    natives(
        {
            "__init__": _normal,
            "sample": _normal_sample,
            "rsample": _normal_rsample,
            "log_prob": _normal_log_prob,
            "entropy": _normal_entropy,
            "__repr__": _shown,
        }
    )
    | {"variance": Property(Native("variance", lambda machine, self: self.attributes["scale"] ** 2))},
)


def _divergence(machine: Machine, p: Instance, q: Instance) -> Any:
    """KL(p‖q)."""
    if p.kind is NORMAL and q.kind is NORMAL:
        ratio = (p.attributes["scale"] / q.attributes["scale"]) ** 2
        apart = ((p.attributes["loc"] - q.attributes["loc"]) / q.attributes["scale"]) ** 2
        return 0.5 * (ratio + apart - 1 - function("log")(ratio))
    if p.kind is CATEGORICAL and q.kind is CATEGORICAL:
        apart = _asked(machine, p, "logits") - _asked(machine, q, "logits")
        return function("sum")(_asked(machine, p, "probs") * apart, -1)
    raise InputError(
        Message("there is no divergence of these two distributions here"),
        hint=Message("both are Normal, or both Categorical"),
    )


_OTHERS: Final = (
    "MultivariateNormal",
    "Uniform",
    "Beta",
    "Dirichlet",
    "Gamma",
    "Poisson",
    "Exponential",
    "Independent",
)
_MEMBERS: Final[dict[str, Value]] = {
    "Categorical": CATEGORICAL,
    "Bernoulli": BERNOULLI,
    "Normal": NORMAL,
    "kl_divergence": Native("kl_divergence", _divergence),
}
_MISSING: Final = dict.fromkeys(_OTHERS, Message("the distributions here are Categorical, Bernoulli and Normal"))
MODULES: Final = (
    Namespace("torch.distributions", _MEMBERS, _MISSING),
    *(
        Namespace(f"torch.distributions.{name}", _MEMBERS, _MISSING)
        for name in ("categorical", "normal", "bernoulli", "kl")
    ),
)
