"""Square matrices: determinants, inverse, systems of equations, Cholesky's triangle, along the last two axes."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from engine import shapes
from engine.errors import InputError, ShapeError
from engine.messages import Message
from engine.ops.diagonals import TRIL
from engine.ops.products import MATMUL
from engine.ops.row import Structural
from engine.ops.selection import EQ, WHERE
from engine.ops.shaping import RESHAPE, SUM_TO_SIZE, TRANSPOSE, ZEROS_LIKE
from engine.shapes import Shape

_INVERTIBLE: Final = r"X \in \mathbb{R}^{n \times n},\ \det X \neq 0"


def square(name: str, given: Shape) -> Shape:
    """The shape, if it is that of square matrices. Raises `ShapeError`."""
    if len(given) < 2 or given[-1] != given[-2]:
        raise ShapeError(
            Message("`{op}` takes square matrices, and this is {shape}", op=name, shape=shapes.text(given)),
            hint=Message("its last two sizes must be equal"),
        )
    return given


def solvable(name: str, host: Callable[..., Any], *matrices: Any) -> Any:
    """`host(*matrices)`, of NumPy's linear algebra. Raises `InputError` where it has no answer."""
    if any(each.dtype.kind != "f" for each in matrices):
        raise InputError(
            Message("`{name}` takes matrices of floating point", name=name), hint=Message("call .float() before it")
        )
    try:
        return host(*matrices)
    except np.linalg.LinAlgError:
        raise InputError(
            Message("`{name}`: the matrix is singular, or the numbers do not converge", name=name),
            hint=Message("print the matrix: is a column a multiple of another?"),
        ) from None


def _transposed(x: Any) -> Any:
    return TRANSPOSE(x, -1, -2)


def _on_matrices(g: Any, x: Any) -> Any:
    """One number for each matrix, to be multiplied with all its elements."""
    return RESHAPE(g, (*x.shape[:-2], 1, 1))


def _is_vector(a: Any, b: Any) -> bool:
    return len(b.shape) == 1 or b.shape == a.shape[:-1]


def _column(b: Any) -> Any:
    return RESHAPE(b, (*b.shape, 1))


def _cofactors(x: Any) -> Any:
    """The slopes of the determinant, of singular matrices too: A = U·S·Vᵀ has those of S, turned by U and V."""
    u, s, v = np.linalg.svd(x)
    size = s.shape[-1]
    others = np.stack([np.delete(s, place, -1).prod(-1) for place in range(size)], -1)
    turned = np.linalg.det(u) * np.linalg.det(v)
    return np.matmul(u * (turned[..., None] * others)[..., None, :], v)


def _by_determinant(g: Any, x: Any, out: Any) -> Any:
    if type(x) is np.ndarray and not np.all(out):
        return _on_matrices(g, x) * _cofactors(x)
    return _on_matrices(g * out, x) * _transposed(INV(x))


def _by_logarithm(g: Any, x: Any, out: Any) -> Any:
    return _on_matrices(g, x) * _transposed(INV(x))


def _by_positive(g: Any, x: Any, out: Any) -> Any:
    made, there = _by_logarithm(g, x, out), _on_matrices(out, x)
    return WHERE(EQ(there, there), made, ZEROS_LIKE(made))  # nothing where the logarithm is NaN


def _by_inverse(g: Any, x: Any, out: Any) -> Any:
    turned = _transposed(out)
    return -MATMUL(turned, MATMUL(g, turned))


def _solved(a: Any, b: Any) -> Any:
    if _is_vector(a, b):
        return np.linalg.solve(a, b[..., None])[..., 0]
    return np.linalg.solve(a, b)


def _solved_shape(a: Shape, b: Shape) -> Shape:
    square("solve", a)
    vector = len(b) == 1 or b == a[:-1]
    if (b[-1] if vector else b[-2] if b else 0) != a[-1]:
        raise ShapeError(
            Message("solve: {one} equations, and the right side is {other}", one=a[-1], other=shapes.text(b)),
            hint=Message("the right side has a row for each row of the matrix"),
        )
    return (*np.broadcast_shapes(a[:-2], b[: -1 if vector else -2]), *(b[-1:] if vector else b[-2:]))


def _by_right_side(g: Any, a: Any, b: Any, out: Any) -> Any:
    made = SOLVE(_transposed(a), g)
    return made if made.shape == b.shape else SUM_TO_SIZE(made, b.shape)


def _by_matrix(g: Any, a: Any, b: Any, out: Any) -> Any:
    part = SOLVE(_transposed(a), g)
    if _is_vector(a, b):
        made = -_column(part) * _transposed(_column(out))  # an outer product: it keeps the signs of zeros
    else:
        made = MATMUL(-part, _transposed(out))
    return made if made.shape == a.shape else SUM_TO_SIZE(made, a.shape)


def _by_triangle(g: Any, x: Any, out: Any) -> Any:
    inner = MATMUL(_transposed(out), g)
    half = (TRIL(inner, 0) + TRIL(inner, -1)) * 0.5
    back = INV(out)
    made = MATMUL(MATMUL(_transposed(back), half), back)
    return (made + _transposed(made)) * 0.5


def _positive(x: Any) -> Any:
    sign, size = np.linalg.slogdet(x)
    return np.where(sign < 0, np.nan, size).astype(x.dtype)


DET: Final = Structural(
    name="det",
    glyph="det",
    array=lambda x: solvable("det", np.linalg.det, x),
    shape=lambda given: square("det", given)[:-2],
    vjp=(_by_determinant,),
    shown=(("G·det($0)·$0⁻ᵀ", r"G\,\det($0)\,$0^{\text{−⊤}}"),),
    english="The slope of a determinant by an element is the element's cofactor: the determinant times the inverse, "
    "transposed.",
    chinese="行列式对每个元素的导数是它的代数余子式：行列式乘以逆矩阵的转置。",
    domain=r"X \in \mathbb{R}^{n \times n}",
)
SLOGDET: Final = Structural(
    name="slogdet",
    glyph="ln|det|",
    array=lambda x: solvable("slogdet", lambda given: np.linalg.slogdet(given)[1], x),
    shape=lambda given: square("slogdet", given)[:-2],
    vjp=(_by_positive,),
    shown=(("G·$0⁻ᵀ", r"G\,$0^{\text{−⊤}}"),),
    english="The logarithm of a determinant's size has the transposed inverse as its slope: "
    "the determinant itself cancels.",
    chinese="行列式绝对值的对数的导数是逆矩阵的转置：行列式本身约去了。",
    domain=_INVERTIBLE,
)
LOGDET: Final = Structural(
    name="logdet",
    glyph="ln det",
    array=lambda x: solvable("logdet", _positive, x),
    shape=lambda given: square("logdet", given)[:-2],
    vjp=(_by_positive,),
    shown=(("G·$0⁻ᵀ", r"G\,$0^{\text{−⊤}}"),),
    english="The logarithm of a positive determinant hands on the upstream gradient times the transposed inverse.",
    chinese="正行列式的对数把上游梯度乘以逆矩阵的转置传下去。",
    domain=r"X \in \mathbb{R}^{n \times n},\ \det X > 0",
)
INV: Final[Structural] = Structural(
    name="inv",
    glyph="X⁻¹",
    array=lambda x: solvable("inv", np.linalg.inv, x),
    shape=lambda given: square("inv", given),
    vjp=(_by_inverse,),
    shown=(("−$0⁻ᵀ·G·$0⁻ᵀ", r"-$0^{\text{−⊤}} G\,$0^{\text{−⊤}}"),),
    english="An inverse hands on the upstream gradient between two transposed inverses, with a minus: "
    "the matrix form of −1/x².",
    chinese="逆矩阵的反向是在两个转置的逆矩阵之间乘上游梯度，再取负：这是 −1/x² 的矩阵形式。",
    domain=_INVERTIBLE,
)
SOLVE: Final[Structural] = Structural(
    name="solve",
    glyph="A⁻¹b",
    operands=("A", "B"),
    array=lambda a, b: solvable("solve", _solved, a, b),
    shape=_solved_shape,
    vjp=(_by_matrix, _by_right_side),
    shown=(("−($0⁻ᵀ·G)·($0⁻¹·$1)ᵀ", r"-($0^{\text{−⊤}} G)\,($0^{-1} $1)^{\top}"), ("$0⁻ᵀ·G", r"$0^{\text{−⊤}} G")),
    promotes=True,
    english="The right side gets the solution of the transposed system for the upstream gradient; "
    "the matrix gets minus that times the solution, transposed.",
    chinese="右端得到以上游梯度为右端的转置方程组的解；矩阵得到这个解与原解转置之积的相反数。",
    domain=r"A \in \mathbb{R}^{n \times n},\ \det A \neq 0",
)
CHOLESKY: Final = Structural(
    name="cholesky",
    glyph="LLᵀ",
    # of the mean with its transpose, so that the rule is its slope in every direction
    array=lambda x: solvable("cholesky", lambda given: np.linalg.cholesky((given + np.swapaxes(given, -1, -2)) / 2), x),
    shape=lambda given: square("cholesky", given),
    vjp=(_by_triangle,),
    shown=(
        (
            "½(S + Sᵀ), S = L⁻ᵀ·Φ(Lᵀ·G)·L⁻¹",
            r"\tfrac{1}{2}(S + S^{\top}),\ S = L^{\text{−⊤}}\,\Phi(L^{\top} G)\,L^{-1}",
        ),
    ),
    english="Cholesky's triangle L hands back a symmetric matrix; Φ takes the lower triangle and half of the diagonal.",
    chinese="楚列斯基分解的三角阵 L 传回一个对称矩阵；Φ 取下三角，并把对角线减半。",
    domain=r"X = X^{\top},\ X \succ 0",
)

TABLE: Final = (DET, SLOGDET, LOGDET, INV, SOLVE, CHOLESKY)
