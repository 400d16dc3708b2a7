"""The same call on the same numbers, by the engine and by PyTorch, and what differs."""

import importlib
import importlib.util
import math
import warnings
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import CodeType
from typing import Any, Final

import numpy as np

import engine
from engine import backward, dtypes
from engine.dtypes import Array
from engine.functions import FUNCTIONS
from engine.ops import TABLE, Elementwise
from engine.tensor import Tensor, constant
from tests.drawing import Draw, arrays, weights
from tests.operations import Case

HAS_TORCH: Final = importlib.util.find_spec("torch") is not None
_DTYPES: Final = ("float32", "float64", "int64", "bool", "long", "double")
_NUMBERS: Final = {"inf": math.inf, "nan": math.nan, "pi": math.pi}
_NAMES: Final = {**FUNCTIONS, **_NUMBERS, **{name: dtypes.dtype(name) for name in _DTYPES}}
_BUILTINS: Final = {"slice": slice, "len": len, "range": range, "__import__": __import__}
"""What the calls may use; PyTorch imports parts of itself when they are first needed."""


@lru_cache
def torch() -> Any:
    """PyTorch, on one thread: many small tensors are quicker so."""
    module: Any = importlib.import_module("torch")
    module.set_num_threads(1)
    return module


@dataclass(frozen=True, slots=True)
class Answer:
    """The results of a call, the gradient of every tensor in it (None: not reached), and second derivatives: those of
    the gradients' weighted sum. All empty, and `refused`, where the call was refused."""

    values: list[Any] = field(default_factory=list)
    gradients: list[Array | None] = field(default_factory=list)
    seconds: list[Array] = field(default_factory=list)
    refused: bool = False


def ours(case: Case, draw: Draw) -> Answer:
    """The engine's answer. Whatever is not a refusal of the engine's comes through."""
    leaves = _leaves(case, draw)
    wanted = [leaf for leaf in leaves.values() if leaf.requires_grad]
    try:
        results = _results(case, leaves)
    except engine.EngineError:
        return Answer(refused=True)
    values = [each.numpy() if isinstance(each, Tensor) else each for each in results]
    outputs = [each for each in results if isinstance(each, Tensor) and each.requires_grad]
    if not outputs:
        return Answer(values)
    total = sum((each * constant(weights(each.shape, each.dtype, draw.seed))).sum() for each in outputs)
    total.backward()
    gradients = [None if leaf.grad is None else leaf.grad.numpy() for leaf in wanted]
    if not _twice(case, draw):
        return Answer(values, gradients)
    traced = engine.grad(total, wanted, create_graph=True, allow_unused=True)
    again = [
        (each * constant(weights(each.shape, each.dtype, draw.seed + 1))).sum() for each in traced if each.requires_grad
    ]
    _check_traced(gradients, [each.numpy() for each in traced])
    if not again:
        return Answer(values, gradients, [np.zeros(leaf.shape) for leaf in wanted])
    seconds = engine.grad(sum(again[1:], start=again[0]), wanted, allow_unused=True)
    return Answer(values, gradients, [each.numpy() for each in seconds])


def node_of(op: str, case: Case, draw: Draw) -> Tensor | None:
    """The result that the op made within a case; None if there is none, or if it is refused."""
    try:
        results = [each for each in _results(case, _leaves(case, draw)) if isinstance(each, Tensor)]
    except engine.EngineError:
        return None
    made = (node for result in results for node in backward.reachable(result) if node.op is TABLE[op])
    return next(made, None)


def _leaves(case: Case, draw: Draw) -> dict[str, Tensor]:
    leaves = {name: constant(array) for name, array in arrays(case.specs, draw).items()}
    for name, leaf in leaves.items():
        if leaf.dtype.kind == "f" and not case.specs[name].constant:
            leaf.requires_grad_()
    return leaves


def _results(case: Case, leaves: Mapping[str, Tensor]) -> list[Any]:
    return list(_flat(eval(_compiled(case.call), {"__builtins__": _BUILTINS}, {**_NAMES, **leaves})))


@cache
def _compiled(call: str) -> CodeType:
    """A call of the tests, of which many ask with other numbers."""
    return compile(call, "<case>", "eval")


def _check_traced(plain: list[Array | None], traced: list[Array]) -> None:
    """A backward pass that is recorded gives what one that is not gives."""
    for one, other in zip(plain, traced, strict=True):
        np.testing.assert_allclose(other, np.zeros_like(other) if one is None else one, rtol=1e-13, atol=1e-13)


def theirs(case: Case, draw: Draw) -> Answer:
    """PyTorch's answer, asked live."""
    drawn = arrays(case.specs, draw)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        leaves = {name: torch().from_numpy(array) for name, array in drawn.items()}
        wanted = [leaf for name, leaf in leaves.items() if leaf.is_floating_point() and not case.specs[name].constant]
        for leaf in wanted:
            leaf.requires_grad_()
        try:
            results = list(
                _flat(eval(_compiled(case.torch), {"__builtins__": _BUILTINS}, _TorchNames(torch(), leaves)))
            )
        except (RuntimeError, IndexError, ValueError):
            return Answer(refused=True)
        values = [each.numpy(force=True) if torch().is_tensor(each) else each for each in results]
        outputs = [each for each in results if torch().is_tensor(each) and each.requires_grad]
        if not outputs:
            return Answer(values)
        kinds = [dtypes.dtype(str(each.dtype).removeprefix("torch.")) for each in outputs]
        total = sum(
            (each * torch().from_numpy(weights(tuple(each.shape), kind, draw.seed))).sum()
            for each, kind in zip(outputs, kinds, strict=True)
        )
        twice = _twice(case, draw)
        first = torch().autograd.grad(total, wanted, create_graph=twice, allow_unused=True)
        gradients = [None if each is None else each.numpy(force=True) for each in first]
        if not twice:
            return Answer(values, gradients)
        again = [
            (each * torch().from_numpy(weights(tuple(each.shape), draw.dtype, draw.seed + 1))).sum()
            for each in first
            if each is not None and each.requires_grad
        ]
        seconds = torch().autograd.grad(sum(again), wanted, allow_unused=True) if again else [None for _ in wanted]
        return Answer(
            values,
            gradients,
            [
                np.zeros(leaf.shape) if each is None else each.numpy(force=True)
                for leaf, each in zip(wanted, seconds, strict=True)
            ],
        )


class _TorchNames(dict[str, Any]):
    """PyTorch's functions by name: those of `torch.nn.functional` first."""

    def __init__(self, torch: Any, leaves: Mapping[str, Any]) -> None:
        super().__init__({**_NUMBERS, "torch": torch, "F": torch.nn.functional, **leaves})
        self.homes = (torch.nn.functional, torch)

    def __missing__(self, name: str) -> Any:
        for home in self.homes:
            if hasattr(home, name):
                return getattr(home, name)
        raise KeyError(name)


def _flat(result: Any) -> Iterator[Any]:
    if isinstance(result, (tuple, list)):
        for each in result:
            yield from _flat(each)
    else:
        yield result


def _twice(case: Case, draw: Draw) -> bool:
    return case.second and draw.dtype == dtypes.FLOAT64 and draw.flavour != "wild"


def differences(op: str, case: Case, draw: Draw, ours: Answer, theirs: Answer) -> list[str]:
    """What the engine has otherwise than PyTorch, as sentences.

    Numbers of float64 may differ by 1e-12 of themselves, of float32 by 4 units in the last place. Where an op adds
    (and a gradient that lands is a sum), what cancels leaves the rounding of the largest number that took part.
    """
    if ours.refused or theirs.refused:
        return [] if ours.refused and theirs.refused else [f"refused: {ours.refused}, by PyTorch {theirs.refused}"]
    taken = [*arrays(case.specs, draw).values(), *_arrays(theirs.values)]
    sums = not isinstance(TABLE.get(op), Elementwise)
    found = list(_compared("value", ours.values, theirs.values, case, _size(taken) if sums else 0.0))
    if not sums:
        found += _wrong_zeros(ours.values, theirs.values)
    taken += [np.array(2.0), *_arrays(theirs.gradients)]
    found += _compared("gradient", ours.gradients, theirs.gradients, case, _size(taken))
    if ours.seconds and theirs.seconds:
        taken += _arrays(theirs.seconds)
        found += _compared("second derivative", ours.seconds, theirs.seconds, case, _size(taken))
    return found


def _wrong_zeros(ours: list[Any], theirs: list[Any]) -> Iterator[str]:
    """Zeros of the wrong sign."""
    for mine, other in zip(_arrays(ours), _arrays(theirs), strict=False):
        zeros = (mine == 0) & (other == 0) if mine.shape == other.shape and mine.dtype.kind == "f" else np.False_
        if zeros.any() and (np.signbit(mine) != np.signbit(other))[zeros].any():
            yield f"a zero has the wrong sign in {mine!r}, PyTorch {other!r}"


def _arrays(values: list[Any]) -> list[Array]:
    return [each for each in values if isinstance(each, np.ndarray)]


def _size(taken: list[Array]) -> float:
    """The largest finite number of all."""
    return max(
        (float(np.abs(each[np.isfinite(each)]).max(initial=0)) for each in taken if each.dtype.kind == "f"), default=0
    )


def _compared(what: str, ours: list[Any], theirs: list[Any], case: Case, size: float) -> Iterator[str]:
    if len(ours) != len(theirs):
        yield f"{len(ours)} results ({what}), PyTorch {len(theirs)}"
        return
    for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        name = f"{what} {index}"
        if not isinstance(mine, np.ndarray) or not isinstance(other, np.ndarray):
            mine_, other_ = [list(each) if isinstance(each, tuple) else each for each in (mine, other)]
            if type(mine) is np.ndarray or type(other) is np.ndarray or mine_ != other_:
                yield f"{name}: {mine!r}, PyTorch {other!r}"
        elif mine.shape != other.shape:
            yield f"{name} has the shape {mine.shape}, PyTorch's {other.shape}"
        elif mine.dtype != other.dtype and not what.startswith("second"):
            yield f"{name} is {mine.dtype}, PyTorch's {other.dtype}"
        elif not (near := close(mine, other, case.tolerance, size)).all():
            place = tuple(map(int, np.argwhere(~near)[0]))
            yield f"{name} at {place}: {mine[place]!r}, PyTorch {other[place]!r} ({(~near).sum()} of {near.size})"


def close(mine: Array, other: Array, tolerance: float | None, size: float) -> Any:
    """Where two arrays are equal but for rounding. `size`: of the numbers that were added on the way."""
    if mine.dtype.kind != "f" or other.dtype.kind != "f":
        return mine == other
    epsilon = float(np.finfo(other.dtype).eps)
    relative = tolerance or (1e-12 if other.dtype == dtypes.FLOAT64 else 4 * epsilon)
    with np.errstate(all="ignore"):
        slack = relative * np.abs(other) + 8 * epsilon * size + float(np.finfo(other.dtype).smallest_subnormal)
        near = np.abs(mine.astype(np.float64) - other.astype(np.float64)) <= slack
    return near | (mine == other) | (np.isnan(mine) & np.isnan(other))


def packed(answer: Answer) -> list[Any]:
    """An answer for a JSON file: what it consists of, then all bytes of its arrays."""
    if answer.refused:
        return ["refused"]
    parts = [answer.values, answer.gradients, answer.seconds]
    told = [
        [
            f"{each.dtype.str[1:]} {' '.join(map(str, each.shape))}" if isinstance(each, np.ndarray) else each
            for each in part
        ]
        for part in parts
    ]
    raw = b"".join(
        np.ascontiguousarray(each).tobytes() for part in parts for each in part if isinstance(each, np.ndarray)
    )
    return [*told, b64encode(zlib.compress(raw, 9)).decode()]


def unpacked(kept: list[Any]) -> Answer:
    """What `packed` was given."""
    if kept == ["refused"]:
        return Answer(refused=True)
    *told, raw = kept
    data, at = zlib.decompress(b64decode(raw)), 0
    parts: list[Any] = []
    for part in told:
        parts.append([])
        for each in part:
            if isinstance(each, str) and each[0] in "fib" and each[1:2].isdigit():
                kind, *sizes = each.split()
                made = np.frombuffer(data, f"<{kind}" if kind != "b1" else "?", math.prod(map(int, sizes)), at)
                at += made.nbytes
                parts[-1].append(made.reshape(tuple(map(int, sizes))))
            else:
                parts[-1].append(each)
    return Answer(*parts)
