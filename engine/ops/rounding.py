"""Whole numbers from fractions, and what remains of a division."""

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine.errors import InputError
from engine.messages import Message
from engine.ops.row import Elementwise, functional


def _rounding(
    name: str, glyph: str, array: Any, whole: Callable[[float], int], marks: str, told: tuple[str, str]
) -> Elementwise:
    left, right = marks.split()
    return Elementwise(
        name=name,
        glyph=glyph,
        forward=lambda x: float(whole(x)) or math.copysign(0.0, x),
        array=array,
        local=(0.0,),
        notation=functional(name + "({0})", left + " {0} " + right),
        english=f"It takes {told[0]}: flat between the steps, so no gradient passes.",
        chinese=f"它取{told[1]}：台阶之间是平的，梯度无法通过。",
        kink=("At a step the value jumps; PyTorch takes the slope 0.", "在台阶处函数值跳变；PyTorch 约定斜率取 0。"),
    )


FLOOR: Final = _rounding(
    "floor",
    "⌊ ⌋",
    np.floor,
    math.floor,
    r"\lfloor \rfloor",
    ("the whole number at or below the operand", "不大于操作数的最大整数"),
)
CEIL: Final = _rounding(
    "ceil",
    "⌈ ⌉",
    np.ceil,
    math.ceil,
    r"\lceil \rceil",
    ("the whole number at or above the operand", "不小于操作数的最小整数"),
)
TRUNC: Final = _rounding(
    "trunc",
    "trunc",
    np.trunc,
    math.trunc,
    r"\mathrm{{trunc}}( )",
    ("the operand without what stands behind its point", "去掉小数部分后的操作数"),
)
ROUND: Final = Elementwise(
    name="round",
    glyph="≈",
    attributes={"decimals": 0},
    array=lambda x, decimals: np.round(x, decimals),
    local=(0.0,),
    english="It takes the nearest whole number (of two equally near ones the even one): flat steps of slope 0.",
    chinese="它取最近的整数，两个一样近时取偶数；台阶是平的，斜率为 0。",
    kink=(
        "Halfway between two steps the value jumps; PyTorch takes the slope 0.",
        "在两级台阶的中点函数值跳变；PyTorch 约定斜率取 0。",
    ),
)


def _checked(array: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Whole numbers have no result where they are divided by 0."""

    def divided(x: Any, y: Any) -> Any:
        if x.dtype.kind != "f" and not np.all(y):
            raise InputError(
                Message("whole numbers cannot be divided by zero"),
                hint=Message("fractions can: write 0.0, or .float()"),
            )
        return array(x, y)

    return divided


def _modulo(x: Any, y: Any) -> Any:
    rest = np.fmod(x, y)
    return np.where((rest != 0) & ((y < 0) != (rest < 0)), rest + y, rest)


FLOOR_DIVIDE: Final = Elementwise(
    name="floor_divide",
    glyph="//",
    operands=("input", "other"),
    array=_checked(np.floor_divide),
    local=(0.0, 0.0),
    notation=functional("⌊{0}/{1}⌋", r"\lfloor {0} / {1} \rfloor"),
    english="It counts how often the divisor fits whole into the operand; a count moves in jumps and has slope 0.",
    chinese="它数除数能整个放进被除数几次；次数只会跳变，斜率为 0。",
    domain=r"y \neq 0",
    kink=(
        "Where it fits exactly the value jumps; PyTorch takes the slope 0.",
        "恰好整除处函数值跳变；PyTorch 约定斜率取 0。",
    ),
)
REMAINDER: Final = Elementwise(
    name="remainder",
    glyph="%",
    operands=("input", "other"),
    array=_checked(_modulo),
    local=lambda x, y, out: (1.0, -FLOOR_DIVIDE(x, y)),
    notation=functional("{0} % {1}", r"{0} \bmod {1}"),
    english="What remains of a division, with the sign of the divisor: the operand passes its gradient on unchanged, "
    "the divisor gets minus how often it fits.",
    chinese="除法的余数，与除数同号：被除数原样得到上游梯度，除数得到的还要乘以商的整数部分并变号。",
    domain=r"y \neq 0",
    kink=(
        "Where the division leaves nothing the value jumps; PyTorch takes the slopes of the side above.",
        "整除处函数值跳变；PyTorch 取上方一侧的斜率。",
    ),
)
FMOD: Final = Elementwise(
    name="fmod",
    glyph="fmod",
    operands=("input", "other"),
    array=_checked(np.fmod),
    local=lambda x, y, out: (1.0, -TRUNC(x / y)),
    english="What remains of a division, with the sign of the operand: the divisor gets minus its quotient cut to a "
    "whole number.",
    chinese="除法的余数，与被除数同号：除数得到的要乘以截断成整数的商并变号。",
    domain=r"y \neq 0",
    kink=(
        "Where the division leaves nothing the value jumps; PyTorch takes the slopes of the side away from 0.",
        "整除处函数值跳变；PyTorch 取远离 0 一侧的斜率。",
    ),
)

TABLE: Final = (FLOOR, CEIL, TRUNC, ROUND, FLOOR_DIVIDE, REMAINDER, FMOD)
