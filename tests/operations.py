"""What the tests know of every operation: a new one is one line here, beside its row in the engine."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from tests.drawing import Spec, spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A call that the engine and PyTorch are both asked, with the tensors it speaks of.

    `torch` is how PyTorch wants the call to be written, where that differs. `tolerance` replaces what rounding alone
    excuses, `second` whether second derivatives are compared, `wild` whether NaN and infinities are drawn, `fixed`
    whether the shapes are just those of the specs: `because` says why.
    """

    call: str
    specs: Mapping[str, Spec]
    texts: Mapping[str, str]
    torch: str
    tolerance: float | None
    second: bool
    wild: bool
    fixed: bool
    because: str

    @property
    def key(self) -> str:
        """The case on one line."""
        return " | ".join([self.call, *(f"{name}={text}" for name, text in self.texts.items())])


def case(
    call: str,
    *,
    torch: str | None = None,
    tolerance: float | None = None,
    second: bool = True,
    wild: bool = True,
    fixed: bool = False,
    because: str = "",
    **specs: str,
) -> Case:
    """`case("softmax(x, dim=-1)", x="3 4")`: a spec is a shape, then perhaps a colon and what is drawn.

    Sizes are numbers, or letters that stand for any size (0 too). Drawn are `real` (−3…3, with ties and zeros of both
    signs; the default), `distinct` (no ties), `positive` (0.1…5), `unit` (−0.95…0.95), `above 1`, `prob` (rows
    sum to 1), `regular` (matrices that have an inverse), `int 0 7` (7 not included) and `bool`; `constant` after that
    wants no gradient for it. The shapes of an elementwise op's operands are replaced by any that broadcast, unless the
    case is `fixed`.
    """
    excused = tolerance is not None or not second or not wild
    assert bool(because) or not excused, f"{call}: say why, with because="
    return Case(
        call=call,
        specs={name: spec(text) for name, text in specs.items()},
        texts=specs,
        torch=torch or call,
        tolerance=tolerance,
        second=second,
        wild=wild,
        fixed=fixed,
        because=because,
    )


Domain = tuple[float, float]

REAL: Final[Domain] = (-20.0, 20.0)
POSITIVE: Final[Domain] = (0.1, 20.0)


class Unary(NamedTuple):
    """`rule` gives value and local derivative, written down without a look at the engine; `shown`, `local` and `latex`
    are the texts of z = op(x) and of its local derivative; `measured` says how and where it is compared with central
    differences."""

    rule: Callable[[float], tuple[float, float]]
    shown: str
    local: str
    latex: str
    measured: Mapping[str, Domain]


def _logistic(x: float) -> tuple[float, float]:
    e = math.exp(-x)
    return 1 / (1 + e), e / (1 + e) ** 2


UNARY: Final[Mapping[str, Unary]] = {
    "neg": Unary(lambda x: (-x, -1.0), "−x", "−1", "-1", {"neg(x)": REAL}),
    "exp": Unary(lambda x: (math.exp(x), math.exp(x)), "exp(x)", "z", "z", {"exp(x)": REAL}),
    "log": Unary(lambda x: (math.log(x), 1 / x), "log(x)", "1/x", r"\frac{1}{x}", {"log(x)": POSITIVE}),
    "sqrt": Unary(
        lambda x: (math.sqrt(x), 0.5 / math.sqrt(x)), "√(x)", "1/(2z)", r"\frac{1}{2 z}", {"sqrt(x)": POSITIVE}
    ),
    "sin": Unary(lambda x: (math.sin(x), math.cos(x)), "sin(x)", "cos(x)", r"\cos(x)", {"sin(x)": REAL}),
    "cos": Unary(lambda x: (math.cos(x), -math.sin(x)), "cos(x)", "−sin(x)", r"-\sin(x)", {"cos(x)": REAL}),
    "tanh": Unary(lambda x: (math.tanh(x), 1 / math.cosh(x) ** 2), "tanh(x)", "1 − z²", "1 - z^{2}", {"tanh(x)": REAL}),
    "sigmoid": Unary(_logistic, "σ(x)", "z·(1 − z)", r"z \cdot (1 - z)", {"sigmoid(x)": REAL}),
    "relu": Unary(
        lambda x: (x, 1.0) if x > 0 else (0.0, 0.0),
        "relu(x)",
        "[x > 0]",
        "[x > 0]",
        {"relu(x)": POSITIVE, "relu(-x)": POSITIVE},
    ),
    "abs": Unary(
        lambda x: (x, 1.0) if x > 0 else (-x, -1.0),
        "|x|",
        "sign(x)",
        r"\mathrm{sign}(x)",
        {"abs(x)": POSITIVE, "abs(-x)": POSITIVE},
    ),
    "sign": Unary(
        lambda x: (1.0 if x > 0 else -1.0, 0.0), "sign(x)", "0", "0", {"sign(x)": POSITIVE, "sign(-x)": POSITIVE}
    ),
    "square": Unary(lambda x: (x * x, 2 * x), "x²", "2x", "2 x", {"square(x)": REAL}),
}

# --- one entry per row of the op table: what PyTorch is asked

_INFINITE_WEIGHT: Final = "what an infinite weight makes depends on how PyTorch orders its products"
_SATURATED: Final[dict[str, Any]] = {"tolerance": 1e-5, "because": "in float32, logarithms near 0 cancel"}
"""Losses of probabilities are compared as well as float32 allows."""

_TWO_ORDERS: Final = "PyTorch works out a line of each channel, or centres first: it depends on how x lies in memory"
TWO_WAYS: Final = "PyTorch's slope at NaN is another in whole vectors than in what is left over at their end"

_LAPACK: Final[dict[str, Any]] = {
    "wild": False,
    "because": "LAPACK refuses NaN and infinities, or answers with others, by who has built it",
}
"""Determinants and inverses."""

CASES: Final[Mapping[str, tuple[Case, ...]]] = {
    # sums, products, powers
    "add": (case("x + y", x="3 4", y="4"), case("add(x, 2)", x="3 4"), case("0.5 + x", x="n")),
    "sub": (case("x - y", x="3 4", y="4"), case("sub(x, 2)", x="3 4"), case("0.5 - x", x="n")),
    "mul": (case("x * y", x="3 4", y="4"), case("mul(x, 2)", x="3 4"), case("0.5 * x", x="n")),
    "div": (case("x / y", x="3 4", y="4: positive"), case("div(x, 2)", x="3 4"), case("0.5 / x", x="n: positive")),
    "pow": (
        case("x ** y", x="3 4: positive", y="4"),
        case("x ** 2", x="3 4"),
        case("pow(x, 3)", x="3 4"),
        case("x ** -1.5", x="3: positive"),
        case("2 ** x", x="3 4"),
    ),
    "neg": (case("-x", x="3 4"),),
    "abs": (case("abs(x)", x="3 4"),),
    "sign": (case("sign(x)", x="3 4"),),
    "square": (case("square(x)", x="3 4"),),
    "reciprocal": (case("reciprocal(x)", x="3 4: positive"), case("reciprocal(-x)", x="3 4: positive")),
    # exponentials, logarithms, roots
    "exp": (case("exp(x)", x="3 4"),),
    "log": (case("log(x)", x="3 4: positive"),),
    "sqrt": (case("sqrt(x)", x="3 4: positive"),),
    "rsqrt": (case("rsqrt(x)", x="3 4: positive"),),
    **{name: (case(f"{name}(x)", x="3 4: positive"),) for name in ("log2", "log10", "log1p")},
    **{name: (case(f"{name}(x)", x="3 4"),) for name in ("exp2", "expm1", "erf")},
    # trigonometry
    "sin": (case("sin(x)", x="3 4"),),
    "cos": (case("cos(x)", x="3 4"),),
    "tanh": (case("tanh(x)", x="3 4"),),
    **{name: (case(f"{name}(x)", x="3 4"),) for name in ("atan", "sinh", "cosh", "asinh")},
    **{name: (case(f"{name}(x)", x="3 4: unit"),) for name in ("tan", "asin", "acos", "atanh")},
    "acosh": (case("acosh(x)", x="3 4: above 1"),),
    "atan2": (case("atan2(x, y)", x="3 4", y="4"),),
    # rounding
    **{name: (case(f"{name}(x)", x="3 4"), case(f"{name}(x)", x="n: int -3 4")) for name in ("floor", "ceil", "trunc")},
    "round": (case("round(x)", x="3 4"), case("x.round(decimals=1)", x="3 4")),
    "floor_divide": (
        case("x // y", x="n: int -9 9", y="n: int 1 5"),
        case("div(x, y, rounding_mode='floor')", x="3 4", y="4"),
    ),
    "remainder": (
        case("remainder(x, y)", x="3 4", y="4"),
        case("x % 2", x="3 4"),
        case("x % y", x="n: int -9 9", y="n: int 1 5"),
    ),
    "fmod": (case("fmod(x, y)", x="3 4", y="4"), case("fmod(x, 2)", x="3 4")),
    # activations
    "sigmoid": (case("sigmoid(x)", x="3 4"),),
    "relu": (case("relu(x)", x="3 4"), case("relu(x)", x="n: int -3 4")),
    "leaky_relu": (case("leaky_relu(x)", x="3 4"), case("leaky_relu(x, 0.3)", x="3 4")),
    "relu6": (case("relu6(3 * x)", x="3 4", wild=False, because=TWO_WAYS), case("relu6(x)", x="n: int -3 9")),
    "hardtanh": (
        case("hardtanh(x)", x="3 4", wild=False, because=TWO_WAYS),
        case("hardtanh(x, -2.0, 0.5)", x="3 4", wild=False, because=TWO_WAYS),
    ),
    "elu": (case("elu(x)", x="3 4"), case("elu(x, alpha=0.5)", x="3 4")),
    "selu": (case("selu(x)", x="3 4"),),
    "gelu": (
        case("gelu(x)", x="3 4: positive", wild=False, because="of infinity, PyTorch makes NaN in float32 only"),
        case("gelu(-x.to(float64))", torch="gelu(-x.double())", x="3 4: positive"),
        case("gelu(x)", x="3 4", tolerance=1e-3, because="in float32, 1 + erf cancels left of 0, in PyTorch too"),
        case("gelu(x, approximate='tanh')", x="3 4: positive"),
        case(
            "gelu(-x.to(float64), approximate='tanh')", torch="gelu(-x.double(), approximate='tanh')", x="3: positive"
        ),
        case("gelu(x, approximate='tanh')", x="3 4", tolerance=1e-4, because="in float32, 1 + tanh cancels left of 0"),
    ),
    "silu": (case("silu(x)", x="3 4"),),
    "softplus": (case("softplus(x)", x="3 4"), case("softplus(x, 2.0, 3.0)", x="3 4")),
    "softsign": (case("softsign(x)", x="3 4"),),
    "logsigmoid": (case("logsigmoid(x)", x="3 4"),),
    "hardsigmoid": (
        case(
            "hardsigmoid(x)", x="3 4", tolerance=1e-7, second=False, because="PyTorch has 1/6 in float32, and no more"
        ),
    ),
    "hardswish": (case("hardswish(x)", x="3 4", wild=False, because=TWO_WAYS),),
    "mish": (case("mish(x)", x="3 4"),),
    # softmax and normalisation
    "softmax": (
        case("softmax(x, dim=-1)", x="n m"),
        case("x.softmax(0)", x="n m"),
        case("softmax(x, 1)", x="2 n 3"),
        case("softmax(x, 0)", x=""),
        case("softmin(x, dim=0)", x="n m"),
    ),
    "log_softmax": (
        case("log_softmax(x, dim=-1)", x="n m"),
        case("x.log_softmax(0)", x="n m"),
        case("log_softmax(100 * x, 0)", x="n"),
    ),
    "logsumexp": (
        case("logsumexp(x, 1)", x="n m"),
        case("x.logsumexp((0, 1), keepdim=True)", x="n 3 2"),
        case("logsumexp(1000 * x, 0)", x="n"),
        case("logsumexp(x, 0)", x="n: int 0 9"),
        case("logsumexp(x, 0)", x=""),
    ),
    "layer_norm": (
        case("layer_norm(x, (4,))", x="n 4: distinct"),
        case("layer_norm(x, [4], w, b)", x="2 n 4: distinct", w="4", b="4", wild=False, because=_INFINITE_WEIGHT),
        case("layer_norm(x, (3, 4), w)", x="n 3 4: distinct", w="3 4", wild=False, because=_INFINITE_WEIGHT),
        case("layer_norm(x, (3, 4), eps=0.1)", x="n 3 4"),
    ),
    "batch_norm": (
        case("batch_norm(x, None, None, training=True)", x="4 3: distinct"),
        case(
            "batch_norm(x, None, None, w, b, True)",
            x="4 3 2: distinct",
            w="3",
            b="3",
            wild=False,
            because=_INFINITE_WEIGHT,
        ),
        case(
            "batch_norm(x, None, None, w, None, True)",
            x="2 3 2 2: distinct",
            w="3",
            wild=False,
            because=_INFINITE_WEIGHT,
        ),
        case(
            "batch_norm(x, m, v, w, b)",
            x="n 3 2",
            m="3: constant",
            v="3: positive constant",
            w="3",
            b="3",
            wild=False,
            because=_TWO_ORDERS,
        ),
        case("batch_norm(x, m, v)", x="n 3", m="3: constant", v="3: positive constant"),
        case("batch_norm(x, m, v, w, b, True), m, v", x="4 3", m="3: constant", v="3: positive constant", w="3", b="3"),
    ),
    # layers
    "linear": (
        case("linear(x, w, b)", x="n 4", w="3 4", b="3"),
        case("linear(x, w)", x="n m", w="k m"),
        case("linear(x, w, b)", x="4", w="3 4", b="3"),
        case("linear(x, w, b)", x="2 n 4", w="3 4", b="3"),
        case("linear(x, w)", x="n 4", w="4"),
        case("linear(x, w)", x="n 4", w="4 3"),
    ),
    "dropout": (
        case("dropout(x, 0.25, mask=c)", torch="x * c / 0.75", x="3 4", c="3 4: bool", fixed=True),
        case("dropout(x, 0.0)", x="3 4"),
        case("dropout(x, 0.3, training=False)", x="3 4"),
    ),
    # products
    "matmul": (
        case("x @ y", x="n m", y="m k"),
        case("x @ y", x="3", y="3"),
        case("x @ y", x="2 3", y="3"),
        case("x @ y", x="3", y="3 2"),
        case("matmul(x, y)", x="2 1 3 4", y="5 4 2"),
        case("matmul(x, y)", x="2 3 4", y="4"),
        case("matmul(x, y)", x="4", y="2 4 3"),
        case("mm(x, y)", x="n 3", y="3 m"),
        case("mv(x, y)", x="n 3", y="3"),
        case("bmm(x, y)", x="2 n 3", y="2 3 2"),
        case("mm(x, y)", x="3 4", y="4"),
        case("addmm(z, x, y)", x="2 3", y="3 2", z="2"),
        case("x @ y", x="3 4", y="3"),
    ),
    # reductions
    "sum": (
        case("sum(x)", x="n m"),
        case("sum(x, dim=0)", x="n m"),
        case("x.sum(dim=(0, -1), keepdim=True)", x="2 n 3"),
        case("sum(x)", x="n: bool"),
        case("x.sum(0, dtype=float64)", torch="x.sum(0, dtype=torch.float64)", x="n: int 0 4"),
        case("x.sum([0, 1])", x="2 n 2"),
        case("x.sum(5)", x="3 4"),
    ),
    "mean": (
        case("mean(x)", x="n m"),
        case("mean(x, dim=-1)", x="n m"),
        case("x.mean((0, 2), keepdim=True)", x="2 n 3"),
        case("mean(x)", x="n: int 0 4"),
        case("x.mean(1)", x="n m"),
    ),
    # shapes
    "reshape": (case("reshape(x, (6, 2))", x="3 4"), case("x.reshape(2, -1)", x="3 4")),
    "transpose": (
        case("transpose(x, 0, 1)", x="n m"),
        case("x.transpose(-1, 0)", x="2 3 4"),
        case("x.T", x="n m"),
        case("x.mT", x="2 n m"),
        case("t(x)", x="n"),
        case("swapaxes(x, 0, 2)", x="2 3 n"),
    ),
    "expand": (
        case("x.expand(3, 4)", x="4"),
        case("x.expand(2, -1, 4)", x="3 1"),
        case("x.expand_as(y)", x="4", y="3 4"),
        case("meshgrid(x, y, indexing='xy')", x="n", y="4"),
        case("meshgrid(x, y, indexing='ij')", x="n", y="m"),
    ),
    "sum_to_size": (case("x.sum_to_size(1, 4)", x="3 4"), case("x.sum_to_size(4)", x="2 3 4")),
    "to": (
        case("x.to(float32)", x="3"),
        case("x.to(float64)", x="3"),
        case("x.to(int64)", x="3", wild=False, because="what a NaN becomes as a whole number is nobody's promise"),
        case("x.long()", x="3: int 0 9"),
        case("x.double() * 2", x="n"),
        case("(x > 0).float()", x="n"),
        case("x.int().float()", torch="x.long().float()", x="3: int 0 9"),
    ),
    # products, reductions, shapes, places
    "prod": (case("prod(x)", x="2 n"), case("prod(x, 1)", x="2 n"), case("x.prod(0, keepdim=True)", x="n 3 2")),
    "var": (
        case("var(x)", x="n m"),
        case("var(x, dim=0)", x="n 3"),
        case("x.var(unbiased=False)", x="n"),
        case("x.var((0, 1), correction=0, keepdim=True)", x="2 n 2"),
    ),
    "std": (
        case("std(x)", x="n m"),
        case("std(x, 1, keepdim=True)", x="2 n"),
        case("x.std(dim=0, unbiased=False)", x="n 3"),
    ),
    "norm": (
        case("norm(x)", x="n m"),
        case("norm(x, 1)", x="3 4"),
        case("x.norm(p=2, dim=1)", x="3 n"),
        case("x.norm(inf, 0)", x="3 4"),
        case("norm(x, 3, dim=-1, keepdim=True)", x="3 4: positive"),
        case("norm(x, 0)", x="3 4"),
        case("norm(x, 1.5)", x="3: positive"),
        case("norm(x, -inf, dim=1)", x="3 4"),
        case("norm(x, 0.5)", x="3: positive"),
    ),
    "cumsum": (case("cumsum(x, dim=0)", x="n m"), case("x.cumsum(-1)", x="2 n"), case("x.cumsum(0)", x="n: int 0 7")),
    "cumprod": tuple(
        case(call, x=shape, wild=False, because="of zero times infinity PyTorch makes NaN at other places")
        for call, shape in (("cumprod(x, dim=0)", "n m"), ("x.cumprod(-1)", "2 n"), ("x.cumprod(1)", "2 3 2"))
    ),
    "max": (
        case("max(x)", x="n m"),
        case("max(x, dim=0)", x="3 m"),
        case("x.max(1, keepdim=True)", x="2 3 2"),
        case("x.max(0)", x="n: int 0 7"),
        case("max(x)", x=""),
    ),
    "min": (case("min(x)", x="n m"), case("min(x, 0)", x="3 m"), case("x.min(dim=-1, keepdim=True)", x="2 3")),
    "amax": (case("amax(x)", x="3 4"), case("amax(x, 0)", x="3 m"), case("x.amax((0, 2), keepdim=True)", x="2 3 2")),
    "amin": (case("amin(x)", x="3 4"), case("amin(x, 0)", x="3 m"), case("x.amin((0, 2), keepdim=True)", x="2 3 2")),
    "argmax": (
        case("argmax(x)", x="n m"),
        case("argmax(x, dim=1)", x="n 3"),
        case("x.argmax(0, keepdim=True)", x="3 m"),
    ),
    "argmin": (
        case("argmin(x)", x="n m"),
        case("argmin(x, dim=1)", x="n 3"),
        case("x.argmin(0, keepdim=True)", x="3 m"),
    ),
    "median": (
        case("median(x)", x="n m"),
        case("median(x, 1)", x="3 n: distinct"),
        case("x.median(0, keepdim=True)", x="4 2: distinct"),
    ),
    "sort": (
        case("sort(x, stable=True)", x="n m"),
        case(
            "x.sort(0, descending=True, stable=True)",
            torch="torch.sort(x, dim=0, descending=True, stable=True)",
            x="n 3",
        ),
    ),
    "argsort": (
        case("argsort(x, stable=True)", x="n m"),
        case("x.argsort(dim=0, descending=True, stable=True)", x="n 3"),
    ),
    "topk": (
        case("topk(x, 2)", x="3 4: distinct"),
        case("x.topk(2, dim=0, largest=False)", x="4 3: distinct"),
        case("topk(repeat_interleave(x, 2), 3)[0]", x="5: distinct"),
    ),
    "all": (
        case("all(x > 0)", x="n m"),
        case("(x > 0).all(dim=1)", x="n m"),
        case("x.all(0, keepdim=True)", x="n: bool"),
    ),
    "any": (
        case("any(x > 0)", x="n m"),
        case("(x > 0).any(dim=1)", x="n m"),
        case("x.any(0, keepdim=True)", x="n: bool"),
    ),
    "view": (
        case("x.view(6, 2)", x="3 4", torch="x.reshape(6, 2)"),
        case("x.view(2, -1)", x="3 4", torch="x.reshape(2, -1)"),
    ),
    "flatten": (case("flatten(x)", x="n m"), case("x.flatten(1)", x="2 n 2"), case("flatten(x, 0, 1)", x="2 3 n")),
    "squeeze": (case("squeeze(x)", x="1 n 1"), case("x.squeeze(0)", x="1 n 1"), case("x.squeeze((0, -1))", x="1 2 1")),
    "unsqueeze": (case("unsqueeze(x, 0)", x="n m"), case("x.unsqueeze(-1)", x="n")),
    "permute": (
        case("permute(x, (2, 0, 1))", x="2 n 4"),
        case("x.permute(1, 0)", x="n m"),
        case("movedim(x, 0, -1)", x="2 3 4"),
    ),
    "clone": (case("clone(x)", x="n m"), case("x.clone() * x", x="n")),
    "detach": (case("x.detach() * x", x="n"),),
    "zeros_like": (case("zeros_like(x)", x="n m"),),
    "cat": (
        case("cat([x, y])", x="n 3", y="2 3"),
        case("cat((x, y, x), dim=1)", x="2 n", y="2 3"),
        case("hstack((x, y))", x="2 n", y="2 3"),
        case("cat([x, y], dim=0)", x="0", y="2 3"),
        case("vstack([x, y])", x="3", y="2 3"),
        case("cat([x, y])", x="n", y="2: int 0 5"),
    ),
    "stack": (
        case("stack([x, y])", x="n m", y="n m"),
        case("stack((x, y, x), dim=-1)", x="2 3", y="2 3"),
        case("stack([x, y])", x="", y=""),
    ),
    "repeat": (
        case("x.repeat(2, 3)", x="n"),
        case("x.repeat(2, 1, 2)", x="2 n"),
        case("tile(x, (2,))", x="3 n"),
        case("x.repeat(0, 2)", x="3"),
    ),
    "flip": (case("flip(x, (0,))", x="n m"), case("x.flip(0, 1)", x="n m")),
    "roll": (case("roll(x, 1)", x="n m"), case("x.roll((1, -1), (0, 1))", x="n m"), case("roll(x, 2, 0)", x="n 3")),
    "pad": (
        case("pad(x, (1, 2))", x="n m"),
        case("pad(x, (1, 1, 2, 0), value=3.0)", x="2 3"),
        case("pad(x, (-1, 1))", x="2 3"),
    ),
    "index": (
        case("x[0]", x="3 4"),
        case("x[:, 0]", x="3 4"),
        case("x[1, -1]", x="3 4"),
        case("x[1:, ::2]", x="n m"),
        case("x[None, ..., 1:3, None]", x="2 n 4"),
        case("x[i]", x="4 n", i="3: int 0 4"),
        case("x[:, i]", x="2 4", i="2 2: int 0 4"),
        case("x[i, j]", x="3 4", i="2: int 0 3", j="3 1: int 0 4"),
        case("x[0, :, i]", x="2 3 4", i="2: int 0 4"),
        case("x[i, :, j]", x="2 3 4", i="2: int 0 2", j="2: int 0 4"),
        case("x[c]", x="3 4", c="3 4: bool"),
        case("x[c]", x="3 4", c="3: bool"),
        case("x[:, c]", x="3 4", c="4: bool"),
        case("x[x > 0]", x="n m"),
        case("x[i]", x="3 4", i=": int 0 3"),
        case("split(x, 2)", x="5 2"),
        case("x.split([1, 3], dim=1)", x="2 4"),
        case("chunk(x, 2, dim=1)", x="2 n"),
        case("unbind(x)", x="3 n"),
        case("narrow(x, 1, 1, 2)", x="2 4"),
        case("select(x, 0, 1)", x="3 n"),
        case("index_select(x, 0, i)", x="3 4", i="5: int 0 3"),
        case("masked_select(x, c)", x="3 4", c="4: bool"),
        case("take(x, i)", x="3 4", i="2 2: int 0 12"),
        case("repeat_interleave(x, 2)", x="n 2"),
        case("x.repeat_interleave(2, dim=1)", x="2 n"),
        case("x[5]", x="3 4"),
        case("x[0, 0, 0]", x="3 4"),
        case("diff(x)", x="2 4"),
    ),
    "index_put": (
        case("index_put(x, (i,), y)", x="4 2", i="3 : int 0 1", y="1 2", fixed=True),
        case("index_put(x, (i,), y, accumulate=True)", x="4 2", i="3: int 0 4", y="3 2"),
        case("index_put(x, (c,), y)", x="3 4", c="3: bool", y="4"),
        case("index_put(x, (i, j), y, True)", x="3 4", i="2: int 0 3", j="2: int 0 4", y=""),
    ),
    "gather": (
        case("gather(x, 1, i)", x="3 4", i="3 2: int 0 4"),
        case("x.gather(0, i)", x="3 4", i="2 4: int 0 3"),
        case("take_along_dim(x, i, 1)", x="3 4", i="3 1: int 0 4"),
        case("gather(x, 1, i)", x="3 4", i="2 5: int 0 4"),
    ),
    "scatter": (
        case("scatter(x, 1, i, 2.0)", x="3 4", i="3 2: int 0 4"),
        case("scatter(x, 0, i, y)", x="3 4", i="1 4: int 0 3", y="1 4"),
    ),
    "scatter_add": (
        case("scatter_add(x, 1, i, y)", x="3 4", i="3 2: int 0 4", y="3 2"),
        case("scatter_add(x, 0, i, y)", x="3 4", i="5 3: int 0 3", y="5 3"),
    ),
    "embedding": (
        case("embedding(i, w)", i="2 3: int 0 5", w="5 n"),
        case("embedding(i, w, padding_idx=1)", i="4: int 0 5", w="5 2"),
    ),
    "one_hot": (
        case("one_hot(i)", i="4: int 0 5"),
        case("one_hot(i, 7)", i="2 3: int 0 7"),
        case("one_hot(i, num_classes=3)", i="5: int 0 5"),
    ),
    "nonzero": (case("nonzero(x)", x="n m"), case("nonzero(c, as_tuple=True)", c="3 4: bool")),
    "diagonal": (
        case("diagonal(x)", x="n m"),
        case("diagonal(x, 1, 0, 2)", x="3 2 4"),
        case("diag(x, -1)", x="n m"),
        case("x.diagonal(offset=-1)", x="2 n"),
    ),
    "diagonal_scatter": (
        case("diagonal_scatter(x, y)", x="3 3", y="3"),
        case("diagonal_scatter(x, y, 1)", x="2 4", y="2"),
    ),
    "diag": (case("diag(x)", x="n"), case("diag(x, 1)", x="3"), case("diag(x, -2)", x="3")),
    "trace": (case("trace(x)", x="n m"),),
    "tril": (case("tril(x)", x="n m"), case("x.tril(-1)", x="2 3 3")),
    "triu": (case("triu(x)", x="n m"), case("triu(x, diagonal=1)", x="2 3 3")),
    "det": (
        case("det(x)", x="n n: regular", **_LAPACK),
        case("x.det()", x="2 3 3: regular", **_LAPACK),
        case("det(x)", x="2 3", **_LAPACK),
    ),
    "slogdet": (
        case("slogdet(x)[1]", x="n n: regular", **_LAPACK),
        case("slogdet(-x)", x="3 3: regular", **_LAPACK),
        case("x.slogdet().logabsdet", x="2 2 2: regular", **_LAPACK),
    ),
    "logdet": (
        case("logdet(x)", x="n n: regular", **_LAPACK),
        case("logdet(-x)", x="2 2: regular", **_LAPACK),
        case("x.logdet()", x="2 2 2: regular", **_LAPACK),
    ),
    "inv": (
        case("inv(x)", torch="torch.linalg.inv(x)", x="n n: regular", **_LAPACK),
        case("x.inverse()", x="2 3 3: regular", **_LAPACK),
    ),
    "solve": (
        case("solve(x, y)", torch="torch.linalg.solve(x, y)", x="3 3: regular", y="3", **_LAPACK),
        case("solve(x, y)", torch="torch.linalg.solve(x, y)", x="n n: regular", y="n m", **_LAPACK),
        case("solve(x, y)", torch="torch.linalg.solve(x, y)", x="2 3 3: regular", y="2 3", **_LAPACK),
        case("solve(x, y)", torch="torch.linalg.solve(x, y)", x="2 3 3: regular", y="3 2", **_LAPACK),
        case("solve(x, y)", torch="torch.linalg.solve(x, y)", x="2 2: regular", y="3 2 4", **_LAPACK),
        case("solve(x, y)", torch="torch.linalg.solve(x, y)", x="3 3: regular", y="2", **_LAPACK),
    ),
    "cholesky": (
        case("cholesky(x @ x.mT)", torch="torch.linalg.cholesky(x @ x.mT)", x="n n: regular", **_LAPACK),
        case("cholesky(x @ x.mT)", torch="torch.linalg.cholesky(x @ x.mT)", x="2 3 3: regular", **_LAPACK),
        case("cholesky(-x)", torch="torch.linalg.cholesky(-x)", x="2 2: regular", **_LAPACK),
    ),
    "dot": (case("dot(x, y)", x="n", y="n"), case("x.dot(y)", x="3", y="4")),
    "outer": (case("outer(x, y)", x="n", y="m"),),
    "einsum": (
        case("einsum('ij,jk->ik', x, y)", x="n 3", y="3 2"),
        case("einsum('ij->j', x)", x="n m"),
        case("einsum('ii->i', x)", x="3 3"),
        case("einsum('ii', x)", x="3 3"),
        case("einsum('bij,bjk->bik', x, y)", x="2 3 4", y="2 4 2"),
        case("einsum('...i,...i->...', x, y)", x="2 3 4", y="3 4"),
        case(
            "einsum('i,j,k->ijk', x, y, z)",
            x="2",
            y="3",
            z="2",
            wild=False,
            because="the order in which three factors are multiplied decides whether infinity meets zero",
        ),
        case("einsum('ij,ij', x, y)", x="n m", y="n m"),
        case("einsum('...ij->...ji', x)", x="2 3 4"),
        case("einsum('ij,kj->ik', x, y)", x="2 3", y="4 1"),
        case("einsum('ijj,j->i', x, y)", x="2 3 3", y="3"),
        case("einsum('ij,jk', x, y)", x="2 3", y="4 2"),
        case("einsum('i->', x)", x="n"),
        case("einsum('ij,k->i', x, y)", x="2 3", y="4"),
    ),
    "unfold": (
        case("unfold(x, 2)", x="2 3 4 5"),
        case("unfold(x, (2, 3), padding=1, stride=2, dilation=(1, 2))", x="1 2 5 6"),
    ),
    "fold": (case("fold(x, (3, 4), 2)", x="2 8 6"), case("fold(x, (3, 4), (2, 2), padding=1, stride=2)", x="1 4 6")),
    "conv1d": (
        case("conv1d(x, w, b)", x="2 3 5", w="4 3 2", b="4"),
        case("conv1d(x, w, stride=2, padding=1, dilation=2)", x="1 2 6", w="3 2 2"),
        case("conv1d(x, w, padding='same')", x="2 5", w="3 2 4"),
    ),
    "conv2d": (
        case("conv2d(x, w, b)", x="2 3 4 5", w="2 3 2 3", b="2"),
        case("conv2d(x, w, stride=2, padding=(1, 0), dilation=(1, 2))", x="1 2 5 6", w="3 2 2 2"),
        case("conv2d(x, w, b, groups=2)", x="2 4 3 3", w="4 2 2 2", b="4"),
        case("conv2d(x, w)", x="2 4 4", w="1 2 3 3"),
        case("conv2d(x, w)", x="2 3 4 4", w="1 2 3 3"),
        case("conv2d(x, w)", x="1 1 2 2", w="1 1 3 3"),
    ),
    "max_pool2d": (
        case("max_pool2d(x, 2)", x="2 3 4 5"),
        case("max_pool2d(x, 3, stride=1, padding=1)", x="1 2 4 4"),
        case("max_pool2d(x, (2, 1), (1, 2), dilation=(2, 1))", x="2 5 4"),
    ),
    "avg_pool2d": (
        case("avg_pool2d(x, 2)", x="2 3 4 5"),
        case("avg_pool2d(x, 3, stride=1, padding=1)", x="1 2 4 4"),
        case("avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False)", x="1 2 4 4"),
        case("adaptive_avg_pool2d(x, 1)", x="2 3 4 4"),
        case("adaptive_avg_pool2d(x, (2, 3))", x="2 3 5 4"),
        case("adaptive_avg_pool2d(x, 2)", x="2 3 4 6"),
    ),
    "max_pool1d": (case("max_pool1d(x, 2)", x="2 3 5"), case("max_pool1d(x, 3, stride=1, padding=1)", x="2 4")),
    "avg_pool1d": (
        case("avg_pool1d(x, 2)", x="2 3 5"),
        case("avg_pool1d(x, 3, 1, 1, count_include_pad=False)", x="2 4 5"),
    ),
    # comparisons and choice
    **{
        name: (case(f"{name}(x, y)", x="3 4", y="4"), case(f"{name}(x, 1)", x="n"))
        for name in ("gt", "ge", "lt", "le", "eq", "ne")
    },
    **{
        f"logical_{name}": (
            case(f"logical_{name}(x, y)", x="3 4", y="4"),
            case(f"logical_{name}(x, y)", x="3: bool", y="3: bool"),
        )
        for name in ("and", "or", "xor")
    },
    **{
        f"bitwise_{name}": (
            case(f"bitwise_{name}(x, y)", x="3 4: bool", y="4: bool", fixed=True),
            case(f"x {mark} y", x="n: int 0 9", y="n: int 0 9"),
        )
        for name, mark in {"and": "&", "or": "|", "xor": "^"}.items()
    },
    "bitwise_not": (case("~x", x="3 4: bool"), case("bitwise_not(x)", x="n: int -3 4")),
    "logical_not": (case("logical_not(x)", x="3 4"), case("logical_not(x)", x="n: int 0 2")),
    **{
        name: (case(f"{name}(x)", x="3 4"), case(f"{name}(x)", x="n: int 0 2"))
        for name in ("isnan", "isinf", "isfinite")
    },
    "masked_fill": (
        case("masked_fill(x, c, 0.3)", x="3 4", c="3 4: bool", fixed=True),
        case("x.masked_fill(c, y)", x="3 4", c="4: bool", y="", fixed=True),
        case("x.masked_fill(c, 2)", x="n: int 0 9", c="n: bool"),
        case("unflatten(x, 1, (2, -1))", x="n 4"),
        case("ravel(x)", x="n m"),
        case("x.reshape(-1, 5)", x="3 4"),
    ),
    # which zero, +0 or −0, is the larger one depends on the processor: PyTorch takes the other one in longer tensors
    **{
        name: (case(f"{name}(x + 0.0, y + 0.0)", x="3 4", y="4"), case(f"{name}(x, y)", x="n: int 0 4", y="n: int 0 4"))
        for name in ("maximum", "minimum")
    },
    # losses
    **{
        name: (
            case(f"{name}(x, y)", x="3 4: distinct", y="3 4: distinct", fixed=True),
            case(f"{name}(x, y, reduction='sum')", x="n 2", y="n 2", fixed=True),
            case(f"{name}(x, y, reduction='none')", x="n m", y="n m", fixed=True),
            case(f"{name}(x, y)", x="1 n", y="1 n", fixed=True),
        )
        for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
    },
    "binary_cross_entropy": (
        case("binary_cross_entropy(x.sigmoid(), y)", x="3 4: unit", y="3 4: prob constant", fixed=True, **_SATURATED),
        case(
            "binary_cross_entropy(x.sigmoid(), y, reduction='none')",
            x="n 2: unit",
            y="n 2: prob constant",
            fixed=True,
            **_SATURATED,
        ),
    ),
    "binary_cross_entropy_with_logits": (
        case(
            "binary_cross_entropy_with_logits(x, y)",
            x="3 4",
            y="3 4: prob constant",
            fixed=True,
            **_SATURATED,
        ),
    ),
    "nll_loss": (
        case("nll_loss(x, t)", x="4 3", t="4: int 0 3", fixed=True),
        case("nll_loss(x, t, reduction='sum', ignore_index=1)", x="4 3", t="4: int 0 3", fixed=True),
        case("nll_loss(x, t, reduction='none')", x="2 3 5", t="2 5: int 0 3", fixed=True),
    ),
    "cross_entropy": (
        case("cross_entropy(x, t)", x="4 3", t="4: int 0 3", fixed=True, **_SATURATED),
        case("cross_entropy(x, t, reduction='none')", x="2 3 5", t="2 5: int 0 3", fixed=True, **_SATURATED),
        case("cross_entropy(x, t, label_smoothing=0.1)", x="4 3", t="4: int 0 3", fixed=True, **_SATURATED),
        case("cross_entropy(x, y)", x="4 3", y="4 3: prob constant", fixed=True, **_SATURATED),
    ),
    "kl_div": (
        case(
            "kl_div(x, y, reduction='batchmean')",
            x="4 3",
            y="4 3: prob constant",
            fixed=True,
            **_SATURATED,
        ),
    ),
    "hinge_embedding_loss": (
        case("hinge_embedding_loss(x, 2.0 * c - 1.0, margin=0.0, reduction='sum')", x="n", c="n: bool", fixed=True),
        case(
            "hinge_embedding_loss(x, 2.0 * c - 1.0)",
            x="4 3",
            c="4 3: bool",
            fixed=True,
        ),
    ),
    "clamp": (
        case("clamp(x, -1, 0.5)", x="3 4"),
        case("x.clamp(min=0.0)", x="3 4"),
        case("x.clamp(max=1)", x="3 4"),
        case("clamp(x, 2.0, 1.0)", x="3 4"),
        case("clamp(x, 0, 2)", x="n: int -3 4"),
        case("clamp(x, 0.5)", x="n: int -3 4"),
    ),
    "where": (case("where(c, x, y)", c="3 4: bool", x="3 4", y="4"), case("where(x > 0, x, 0.0)", x="n")),
}
"""What each op is compared with PyTorch on."""
