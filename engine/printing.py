"""Tensors as PyTorch prints them: columns, scientific notation, a cut in the middle, what made them."""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from engine import dtypes
from engine.dtypes import Array
from engine.shapes import Shape
from engine.tensor import Tensor

_THRESHOLD: Final = 1_000
_EDGE: Final = 3
_LINE: Final = 80
_PREFIX: Final = "tensor("


@dataclass(frozen=True, slots=True)
class Digits:
    """How many digits are printed, and whether scientifically (None: where it is needed).
    NB: `torch.set_printoptions`."""

    precision: int = 4
    scientific: bool | None = None


USUAL: Final = Digits()


def text(tensor: Tensor, made_by: str | None = None, digits: Digits = USUAL) -> str:
    """`repr` of a tensor; `made_by` is the name of its backward function if it is not that of its op.

    NB: a port of `torch._tensor_str`.
    """
    return written(dtypes.array(tensor.value), _suffix(tensor, made_by), digits=digits)


def written(value: Array, *more: str | None, digits: Digits = USUAL) -> str:
    """An array as a tensor prints, with more behind its numbers."""
    suffixes: list[str] = []
    default = value.dtype == dtypes.FLOAT32
    if not value.size:
        body = "[]"
        if value.ndim != 1:
            suffixes.append(f"size={tuple(value.shape)}")
    else:
        default = default or value.dtype in (dtypes.INT64, dtypes.BOOL)
        cut = value.size > _THRESHOLD
        body = _nested(value, len(_PREFIX), cut, _Column(_edges(value) if cut else value, digits))
    if not default:
        suffixes.append(f"dtype=torch.{value.dtype.name}")
    suffixes.extend(each for each in more if each)
    return _with_suffixes(_PREFIX + body, suffixes)


def _suffix(tensor: Tensor, made_by: str | None) -> str | None:
    if tensor.requires_grad and tensor.op is not None:
        return f"grad_fn=<{made_by or grad_fn(tensor)}>"
    return "requires_grad=True" if tensor.requires_grad else None


def _with_suffixes(body: str, suffixes: list[str]) -> str:
    parts = [body]
    last = len(body) - body.rfind("\n") + 1
    for suffix in suffixes:
        if last + len(suffix) + 2 > _LINE:
            parts.append(",\n" + " " * len(_PREFIX) + suffix)
            last = len(_PREFIX) + len(suffix)
        else:
            parts.append(", " + suffix)
            last += len(suffix) + 2
    return "".join([*parts, ")"])


class _Column:
    """How all numbers of a tensor are written: as wide as the widest, all whole, all scientific or none."""

    def __init__(self, value: Array, digits: Digits) -> None:
        self.precision = digits.precision
        self.fraction = value.dtype.kind == "f"
        self.whole, self.scientific, self.width = True, False, 1
        numbers = value.ravel()
        if not self.fraction:
            self.width = max((len(str(each)) for each in numbers.tolist()), default=1)
            return
        numbers = numbers[np.isfinite(numbers) & (numbers != 0)].astype(np.float64)
        if not numbers.size:
            return
        sizes = np.abs(numbers)
        with np.errstate(all="ignore"):
            spread = float(sizes.max() / sizes.min())
        self.whole = bool(np.all(numbers == np.ceil(numbers)))
        needed = bool(spread > 1_000 or sizes.max() > 1e8 or sizes.min() < 1e-4)
        self.scientific = needed if digits.scientific is None else digits.scientific
        plain = f".{self.precision}e" if self.scientific else ".0f" if self.whole else f".{self.precision}f"
        point = int(self.whole and not self.scientific)
        self.width = max(1, max(len(format(each, plain)) for each in numbers.tolist()) + point)

    def write(self, number: Any) -> str:
        """One number, padded."""
        if not self.fraction:
            said = str(number)
        elif self.scientific:
            said = f"{number:{self.width}.{self.precision}e}"
        elif self.whole:
            said = f"{number:.0f}" + ("." if math.isfinite(number) else "")
        else:
            said = f"{number:.{self.precision}f}"
        return " " * (self.width - len(said)) + said


def _nested(value: Array, indent: int, cut: bool, column: _Column) -> str:
    if value.ndim == 0:
        return column.write(value.item())
    long = cut and len(value) > 2 * _EDGE
    if value.ndim == 1:
        a_line = max(1, (_LINE - indent) // (column.width + 2))
        if long:
            data = [*map(column.write, value[:_EDGE].tolist()), " ...", *map(column.write, value[-_EDGE:].tolist())]
        else:
            data = [*map(column.write, value.tolist())]
        lines = [", ".join(data[start : start + a_line]) for start in range(0, len(data), a_line)]
        return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
    rows = [*value[:_EDGE], None, *value[-_EDGE:]] if long else list(value)
    slices = ["..." if row is None else _nested(row, indent + 1, cut, column) for row in rows]
    return "[" + ("," + "\n" * (value.ndim - 1) + " " * (indent + 1)).join(slices) + "]"


def _edges(value: Array) -> Array:
    """The numbers that are shown of a tensor that is cut."""
    for axis, size in enumerate(value.shape):
        if size > 2 * _EDGE:
            value = np.take(value, [*range(_EDGE), *range(size - _EDGE, size)], axis)
    return value


_NAMES: Final = {
    "sub": "SubBackward0",
    "rsub": "RsubBackward1",
    "index": "IndexBackward0",
    "softmax": "SoftmaxBackward0",
    "log_softmax": "LogSoftmaxBackward0",
    "mse_loss": "MseLossBackward0",
    "l1_loss": "MeanBackward0",
    "cross_entropy": "NllLossBackward0",
    "nll_loss": "NllLossBackward0",
    "binary_cross_entropy": "BinaryCrossEntropyBackward0",
    "binary_cross_entropy_with_logits": "BinaryCrossEntropyWithLogitsBackward0",
    "smooth_l1_loss": "SmoothL1LossBackward0",
    "huber_loss": "HuberLossBackward0",
    "kl_div": "MeanBackward0",
    "square": "PowBackward0",
    "bmm": "BmmBackward0",
    "mm": "MmBackward0",
    "mv": "MvBackward0",
    "dot": "DotBackward0",
    "outer": "MulBackward0",
    "conv2d": "ConvolutionBackward0",
    "conv1d": "ConvolutionBackward0",
    "max_pool1d": "SqueezeBackward1",
    "avg_pool1d": "SqueezeBackward1",
    "selu": "EluBackward0",
    "softsign": "DivBackward0",
    "relu6": "HardtanhBackward0",
    "logsigmoid": "LogSigmoidBackward0",
    "log1p": "Log1PBackward0",
    "pad": "ConstantPadNdBackward0",
    "floor_divide": "NotImplemented",
    "max_pool2d": "MaxPool2DWithIndicesBackward0",
    "avg_pool2d": "AvgPool2DBackward0",
    "layer_norm": "NativeLayerNormBackward0",
    "batch_norm": "NativeBatchNormBackward0",
    "dropout": "MulBackward0",
    "embedding": "EmbeddingBackward0",
    "reshape": "ViewBackward0",
    "flatten": "ViewBackward0",
    "view": "ViewBackward0",
    "to": "ToCopyBackward0",
    "leaky_relu": "LeakyReluBackward0",
    "logsumexp": "LogsumexpBackward0",
    "norm": "LinalgVectorNormBackward0",
    "T": "PermuteBackward0",
    "clip": "ClampBackward1",
    "clamp": "ClampBackward1",
    "index_put": "CopySlices",
    "einsum": "ViewBackward0",
    "det": "LinalgDetBackward0",
    "slogdet": "LinalgSlogdetBackward0",
    "logdet": "WhereBackward0",
    "inv": "LinalgInvExBackward0",
    "solve": "LinalgSolveExBackward0",
    "cholesky": "LinalgCholeskyExBackward0",
}
"""Where PyTorch's name of the backward function is not simply that of the op."""
_BY_DIM: Final = {"sum", "mean", "prod", "max", "min"}
"""Reductions whose backward function has another number when a dim is given."""


def grad_fn(tensor: Tensor) -> str:
    """PyTorch's name for the backward function of a result: `MulBackward0`."""
    assert tensor.op is not None
    name = tensor.op.name
    if name in _BY_DIM:
        dim = dict(zip(tensor.op.attributes, tensor.attributes, strict=False)).get("dim")
        number = int(dim is not None and dim != ())
        if name in ("max", "min"):
            number = 0 if number else 1
        return f"{name.capitalize()}Backward{number}"
    if name == "pow":
        base = tensor.operands[0]
        number = len(tensor.operands) == 2 and base.op is None and base.origin is None  # 2 ** x
        return f"PowBackward{2 if number else len(tensor.operands) - 1}"
    if name in ("squeeze", "median"):
        return f"{name.capitalize()}Backward{int(any(each is not None for each in tensor.attributes[:1]))}"
    if name == "sum_to_size":  # how a stretched operand gets its gradient
        whole, kept = not tensor.shape, len(tensor.shape) == len(tensor.operands[0].shape)
        return "SumBackward0" if whole else "SumBackward1" if kept else "ViewBackward0"
    if name == "matmul":
        return _of_product(*(len(each.shape) for each in tensor.operands))
    if name == "linear":
        return _of_linear(len(tensor.operands[0].shape), len(tensor.operands) > 2)
    if name == "index":
        return _of_index(tensor.attributes[0], tensor.operands[0].shape)
    if name in _NAMES:
        return _NAMES[name]
    return "".join(part[:1].upper() + part[1:] for part in name.split("_")) + "Backward0"


def _of_index(parts: tuple[Any, ...], shape: Shape) -> str:
    if any(isinstance(part, str) and part != "..." for part in parts):
        return "IndexBackward0"
    taking = [place for place, part in enumerate(parts) if part is not None]
    rest = taking.index(parts.index("...")) if "..." in parts else len(taking)
    sizes = dict(zip(taking[:rest], shape, strict=False))
    sizes |= dict(zip(reversed(taking[rest + 1 :]), reversed(shape), strict=False))

    def whole(place: int, part: Any) -> bool:
        if type(part) is not tuple or place not in sizes:
            return bool(part == "...")
        if len(parts) == 1:  # but not where it stands alone
            return False
        return range(*slice(*part).indices(sizes[place])) == range(sizes[place])  # PyTorch leaves it out

    steps = [part for place, part in enumerate(parts) if not whole(place, part)]
    if not steps:
        return "AliasBackward0"
    last = steps[-1]
    return "UnsqueezeBackward0" if last is None else "SliceBackward0" if type(last) is tuple else "SelectBackward0"


def _of_product(left: int, right: int) -> str:
    if (left, right) == (1, 1):
        return "DotBackward0"
    if (left, right) == (2, 2):
        return "MmBackward0"
    if (left, right) == (2, 1):
        return "MvBackward0"
    if (left, right) == (1, 2):
        return "SqueezeBackward4"
    return "UnsafeViewBackward0" if min(left, right) > 1 else "ViewBackward0"


def _of_linear(dims: int, bias: bool) -> str:
    if dims == 2:
        return "AddmmBackward0" if bias else "MmBackward0"
    return "ViewBackward0" if bias or dims == 1 else "UnsafeViewBackward0"
