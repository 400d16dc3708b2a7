"""Conditions: truth values joined, bits of whole numbers, and questions about numbers that are none."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine.errors import InputError
from engine.formula import Formula
from engine.messages import Message
from engine.ops.row import Elementwise, functional

_LATEX: Final = {"∧": r"\land", "∨": r"\lor", "⊻": r"\veebar", "&": r"\;\&\;", "|": r"\mid", "^": r"\oplus"}


def _joined(glyph: str) -> Callable[[Formula, Formula], Formula]:
    return lambda x, y: Formula(f"[{x.plain} {glyph} {y.plain}]", f"[{x.latex} {_LATEX[glyph]} {y.latex}]")


def _logical(name: str, glyph: str, array: Any, english: str, chinese: str) -> Elementwise:
    return Elementwise(
        name=name,
        glyph=glyph,
        operands=("input", "other"),
        array=array,
        local=(0.0, 0.0),
        notation=_joined(glyph),
        english=f"{english}; any number but 0 counts as true, and no gradient passes.",
        chinese=f"{chinese}；非 0 的数都算真，梯度不通过。",
        domain=r"x, y \in \{0, 1\}",
        differentiable=False,
    )


LOGICAL_AND: Final = _logical(
    "logical_and", "∧", np.logical_and, "It holds where both operands do", "两个操作数都为真时成立"
)
LOGICAL_OR: Final = _logical(
    "logical_or", "∨", np.logical_or, "It holds where one operand does", "至少一个操作数为真时成立"
)
LOGICAL_XOR: Final = _logical(
    "logical_xor", "⊻", np.logical_xor, "It holds where just one operand does", "恰好一个操作数为真时成立"
)
LOGICAL_NOT: Final = Elementwise(
    name="logical_not",
    glyph="¬",
    array=np.logical_not,
    local=(0.0,),
    notation=lambda x: x.negated,
    english="It holds where its operand is 0 or false; turning a condition round passes no gradient.",
    chinese="操作数为 0 或假时成立；把条件反过来，梯度不通过。",
    domain=r"x \in \{0, 1\}",
    differentiable=False,
)


def _on_bits(name: str, array: Callable[..., Any]) -> Callable[..., Any]:
    def called(*operands: Any) -> Any:
        if any(each.dtype.kind == "f" for each in operands):
            raise InputError(
                Message("`{op}` works on truth values and whole numbers, not on fractions", op=name),
                hint=Message("compare first: (x > 0) & (x < 1), with the brackets"),
            )
        return array(*operands)

    return called


def _bitwise(name: str, glyph: str, array: Any, english: str, chinese: str) -> Elementwise:
    return Elementwise(
        name=name,
        glyph=glyph,
        operands=("input", "other"),
        array=_on_bits(name, array),
        local=(0.0, 0.0),
        notation=_joined(glyph),
        english=f"It joins truth values, or whole numbers bit by bit: {english}; no gradient passes.",
        chinese=f"它逐个连接真假值，或逐位连接整数：{chinese}；梯度不通过。",
        domain=r"x, y \in \mathbb{Z}",
        differentiable=False,
    )


BITWISE_AND: Final = _bitwise("bitwise_and", "&", np.bitwise_and, "both must be set", "两者都为 1 才得 1")
BITWISE_OR: Final = _bitwise("bitwise_or", "|", np.bitwise_or, "one is enough", "有一个为 1 即得 1")
BITWISE_XOR: Final = _bitwise("bitwise_xor", "^", np.bitwise_xor, "they must differ", "两者不同才得 1")
BITWISE_NOT: Final = Elementwise(
    name="bitwise_not",
    glyph="~",
    array=_on_bits("bitwise_not", np.invert),
    local=(0.0,),
    notation=lambda x: x.negated,
    english="It turns truth values round, or every bit of whole numbers; no gradient passes.",
    chinese="它把真假值取反，或把整数的每一位取反；梯度不通过。",
    domain=r"x \in \mathbb{Z}",
    differentiable=False,
)


def _test(name: str, glyph: str, array: Any, english: str, chinese: str) -> Elementwise:
    return Elementwise(
        name=name,
        glyph=glyph,
        array=array,
        local=(0.0,),
        notation=functional(name + "({0})", rf"\mathrm{{{{{name}}}}}({{0}})"),
        english=f"It finds {english}; a question passes no gradient.",
        chinese=f"找出{chinese}；提问不传梯度。",
        domain=r"x \in \mathbb{R} \cup \{\pm\infty, \text{NaN}\}",
        differentiable=False,
    )


ISNAN: Final = _test("isnan", "NaN?", np.isnan, "what is not a number, such as 0/0", "不是数的结果，例如 0/0")
ISINF: Final = _test("isinf", "∞?", np.isinf, "infinities of either sign, such as 1/0", "正负无穷，例如 1/0")
ISFINITE: Final = _test(
    "isfinite", "<∞", np.isfinite, "ordinary numbers, neither NaN nor infinite", "既非 NaN 也非无穷的普通数"
)

TABLE: Final = (
    *(LOGICAL_AND, LOGICAL_OR, LOGICAL_XOR, LOGICAL_NOT, BITWISE_AND, BITWISE_OR, BITWISE_XOR, BITWISE_NOT),
    *(ISNAN, ISINF, ISFINITE),
)
