"""The optimizers of `torch.optim` that lectures compare with the usual: Adadelta, Adamax, NAdam, RAdam, ASGD, Rprop."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from engine.dtypes import Array
from engine.language.updates import Kept
from engine.language.values import Value
from engine.library.optimizers import CAPTURABLE, optimizer
from engine.library.updating import State, drawn, fused, means, products, quotients, written

Group = dict[str, Value]


def _decayed(group: Group, weight: Array, gradient: Array) -> tuple[Array, Array]:
    """Weight and gradient after weight decay."""
    if not group["weight_decay"]:
        return weight, gradient
    if group.get("decoupled_weight_decay"):
        return weight * weight.dtype.type(1 - group["lr"] * group["weight_decay"]), gradient
    return weight, fused(gradient, group["weight_decay"], weight)


def _adadelta(group: Group, state: State, weight: Array, gradient: Array) -> tuple[Array, str]:
    kind: Any = weight.dtype.type
    rho, eps, zero = group["rho"], kind(group["eps"]), np.zeros_like(weight)
    weight, gradient = _decayed(group, weight, gradient)
    state["square"] = square = products(state.get("square", zero) * kind(rho), 1 - rho, gradient, gradient)
    moved = state.get("moved", zero)
    step = np.sqrt(moved + eps) / np.sqrt(square + eps) * gradient
    state["moved"] = products(moved * kind(rho), 1 - rho, step, step)
    state["change"] = step
    return fused(weight, -group["lr"], step), f"{{w}} − {written(group['lr'])}·Δ"


def _moments(group: Group, state: State, gradient: Array) -> tuple[int, Array, Array]:
    """The step's number, and the running means of the gradient and of its square."""
    kind: Any = gradient.dtype.type
    beta1, beta2 = group["betas"]
    zero = np.zeros_like(gradient)
    state["step"] = state.get("step", 0) + 1
    state["mean"] = drawn(state.get("mean", zero), gradient, 1 - beta1)
    state["square"] = products(state.get("square", zero) * kind(beta2), 1 - beta2, gradient, gradient)
    return state["step"], state["mean"], state["square"]


def _adamax(group: Group, state: State, weight: Array, gradient: Array) -> tuple[Array, str]:
    kind: Any = weight.dtype.type
    beta1, beta2 = group["betas"]
    weight, gradient = _decayed(group, weight, gradient)
    state["step"] = step = state.get("step", 0) + 1
    state["mean"] = mean = drawn(state.get("mean", np.zeros_like(weight)), gradient, 1 - beta1)
    before = state.get("largest", np.zeros_like(weight)) * kind(beta2)
    state["largest"] = largest = np.maximum(before, np.abs(gradient) + kind(group["eps"]))
    rate = group["lr"] / (1 - beta1**step)
    return quotients(weight, -rate, mean, largest), f"{{w}} − {written(group['lr'])}·m̂/(u)"


def _nadam(group: Group, state: State, weight: Array, gradient: Array) -> tuple[Array, str]:
    kind: Any = weight.dtype.type
    beta1, beta2 = group["betas"]
    weight, gradient = _decayed(group, weight, gradient)
    step, mean, square = _moments(group, state, gradient)
    now, then = (beta1 * (1.0 - 0.5 * 0.96 ** (each * group["momentum_decay"])) for each in (step, step + 1))
    state["product"] = product = np.float32(state.get("product", 1.0)) * np.float32(now)
    share, rest = (1.0 - now) / (1.0 - float(product)), then / (1.0 - float(product) * then)
    below = np.sqrt(square / kind(1 - beta2**step)) + kind(group["eps"])
    state["ahead"] = (share, rest, kind(share) * gradient + kind(rest) * mean)
    made = quotients(weight, -group["lr"] * share, gradient, below)
    return quotients(made, -group["lr"] * rest, mean, below), f"{{w}} − {written(group['lr'])}·n/(√v̂ + ε)"


def _radam(group: Group, state: State, weight: Array, gradient: Array) -> tuple[Array, str]:
    kind: Any = weight.dtype.type
    beta1, beta2 = group["betas"]
    weight, gradient = _decayed(group, weight, gradient)
    step, mean, square = _moments(group, state, gradient)
    correction = 1 - beta2**step
    change = mean / kind(1 - beta1**step) * kind(group["lr"])
    longest = 2 / (1 - beta2) - 1
    length = longest - 2 * step * beta2**step / correction
    if length <= 5.0:  # too few gradients so far to trust their squares
        return weight - change, f"{{w}} − {written(group['lr'])}·m̂"
    trust = ((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)) ** 0.5
    change = change * (np.reciprocal(np.sqrt(square) + kind(group["eps"])) * kind(correction**0.5)) * kind(trust)
    return weight - change, f"{{w}} − {written(group['lr'])}·{trust:.4g}·m̂/(√v̂ + ε)"


def _asgd(group: Group, state: State, weight: Array, gradient: Array) -> tuple[Array, str]:
    kind: Any = weight.dtype.type
    lr, decay, weights = group["lr"], group["lambd"], weight
    _, gradient = _decayed(group, weight, gradient)
    state["step"] = step = state.get("step", 0) + 1
    rate, share = float(state.get("eta", np.float32(lr))), float(state.get("mu", 1.0))
    made = fused(weights * kind(1 - decay * rate), -rate, gradient)
    mean = state.get("mean", np.zeros_like(weight))
    state["mean"] = made if share == 1 else mean + (made - mean) * kind(share)
    state["eta"] = np.float32(lr / (1 + decay * lr * step) ** group["alpha"])
    state["mu"] = np.float32(1 / max(1, step - group["t0"]))
    return made, f"(1 − {written(decay)}·{rate:.4g})·{{w}} − {rate:.4g}·{{w}}.grad"


def _rprop(group: Group, state: State, weight: Array, gradient: Array) -> tuple[Array, str]:
    kind: Any = weight.dtype.type
    (slower, faster), (least, most) = group["etas"], group["step_sizes"]
    turned = np.sign(gradient * state.get("before", np.zeros_like(weight)))
    factor = np.where(turned > 0, kind(faster), np.where(turned < 0, kind(slower), kind(1)))
    size = state.get("size", np.full_like(weight, group["lr"]))
    state["size"] = size = np.clip(size * factor, kind(least), kind(most))
    state["factor"] = factor
    state["before"] = gradient = np.where(turned < 0, kind(0), gradient)
    return products(weight, -1.0, np.sign(gradient), size), "{w} − s·η"


def _of_adadelta(group: Group, before: State, after: State) -> Iterator[Kept]:
    zero, keep, rest = np.zeros_like(after["square"]), group["rho"], round(1 - group["rho"], 12)
    yield Kept("v", f"{written(keep)}·v + {written(rest)}·{{w}}.grad²", before.get("square", zero), after["square"])
    yield Kept("Δ", "√u·{w}.grad/(√v)", None, after["change"])
    yield Kept("u", f"{written(keep)}·u + {written(rest)}·Δ²", before.get("moved", zero), after["moved"])


def _of_adamax(group: Group, before: State, after: State) -> Iterator[Kept]:
    (beta1, beta2), zero = group["betas"], np.zeros_like(after["mean"])
    rule = f"{written(beta1)}·m + {written(round(1 - beta1, 12))}·{{w}}.grad"
    yield Kept("m", rule, before.get("mean", zero), after["mean"])
    yield Kept("m̂", f"m/(1 − {beta1:g}^{after['step']})", None, after["mean"] / (1 - beta1 ** after["step"]))
    yield Kept("u", f"max({written(beta2)}·u, |{{w}}.grad|)", before.get("largest", zero), after["largest"])


def _of_nadam(group: Group, before: State, after: State) -> Iterator[Kept]:
    yield from means(group, before, after)
    share, rest, ahead = after["ahead"]
    yield Kept("n", f"{share:.4g}·{{w}}.grad + {rest:.4g}·m", None, ahead)


def _of_asgd(group: Group, before: State, after: State) -> Iterator[Kept]:
    share = float(before.get("mu", 1.0))
    rule = "{w}" if share == 1 else f"a + {share:.4g}·({{w}} − a)"
    yield Kept("a", rule, before.get("mean", np.zeros_like(after["mean"])), after["mean"])


def _of_rprop(group: Group, before: State, after: State) -> Iterator[Kept]:
    """A step grows while the gradient keeps its sign; where that has turned, it is halved and not taken."""
    (slower, faster), factors = group["etas"], np.unique(after["factor"])
    if len(factors) > 1:
        yield Kept("f", f"{written(slower)} … {written(faster)}", None, after["factor"])
        grown = "f·η"
    else:
        grown = {-1: f"{written(slower)}·η", 0: "η", 1: f"{written(faster)}·η"}[int(np.sign(factors[0] - 1))]
    yield Kept("η", grown if "size" in before else written(group["lr"]), before.get("size"), after["size"])
    turned = after["factor"] < 1
    rule = "0" if turned.all() else "0 … sign({w}.grad)" if turned.any() else "sign({w}.grad)"
    yield Kept("s", rule, None, np.sign(after["before"]))


MORE_OPTIMIZERS: Final = {
    "Adadelta": optimizer("Adadelta", _adadelta, _of_adadelta, CAPTURABLE, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0),
    "Adamax": optimizer(
        "Adamax", _adamax, _of_adamax, CAPTURABLE, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0
    ),
    "NAdam": optimizer(
        "NAdam",
        _nadam,
        _of_nadam,
        CAPTURABLE,
        lr=2e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        momentum_decay=4e-3,
        decoupled_weight_decay=False,
    ),
    "RAdam": optimizer(
        "RAdam",
        _radam,
        means,
        CAPTURABLE,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        decoupled_weight_decay=False,
    ),
    "ASGD": optimizer("ASGD", _asgd, _of_asgd, CAPTURABLE, lr=1e-2, lambd=1e-4, alpha=0.75, t0=1e6, weight_decay=0),
    "Rprop": optimizer("Rprop", _rprop, _of_rprop, CAPTURABLE, lr=1e-2, etas=(0.5, 1.2), step_sizes=(1e-6, 50)),
}
"""By PyTorch's name."""
