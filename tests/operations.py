"""What the tests know of every operation of one operand: a new one is one row here, beside its row in the engine."""

import math
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

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
