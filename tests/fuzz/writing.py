"""Writes random programs as a student could: tensors, loops, functions, modules, optimizers, several passes, prints."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

Shape = tuple[int, ...]
SHAPES: Final[tuple[Shape, ...]] = ((), (2,), (3,), (2, 3), (3, 2), (1, 3), (2, 1), (3, 3))
_MOST: Final = 60
"""Lines of a program, roughly."""


@dataclass
class Writer:
    """A program on its way: its lines, what names there are, and the random choices."""

    chance: random.Random
    lines: list[str] = field(default_factory=list)
    indent: str = ""
    tensors: dict[str, Shape] = field(default_factory=dict)
    leaves: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    functions: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def say(self, text: str) -> None:
        """One line, or several, at the present indentation."""
        self.lines += [self.indent + line for line in text.split("\n")]

    def new(self, stem: str) -> str:
        """A name that is not taken."""
        self.count += 1
        return f"{stem}{self.count}"

    def pick(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def number(self) -> str:
        """A plain number, short in binary, so that rounding seldom shows."""
        if self.numbers and self.chance.random() < 0.25:
            return self.chance.choice(self.numbers)
        return self.pick("0.5", "2", "-1.5", "0.25", "3", "1.0", "-2", "1e-1", "4.0")

    def values(self, shape: Shape) -> str:
        """A nested list."""
        if not shape:
            return repr(self.chance.randint(-16, 16) / 8)
        return "[" + ", ".join(self.values(shape[1:]) for _ in range(shape[0])) + "]"

    def named(self, shape: Shape) -> str | None:
        """A tensor of the shape that has a name, late ones more often."""
        names = [name for name, own in self.tensors.items() if own == shape]
        return self.chance.choice(names[-4:]) if names else None

    # --- expressions, by shape

    def tensor(self, shape: Shape, depth: int = 2) -> str:
        """An expression whose value is a tensor of the shape."""
        name = self.named(shape)
        if depth <= 0 or (name and self.chance.random() < 0.2):
            return name or f"torch.tensor({self.values(shape)})"
        return self.chance.choice(_EXPRESSIONS)(self, shape, depth - 1)

    def scalar(self, depth: int = 2) -> str:
        """An expression whose value is a tensor with one element and no axes."""
        inner = self.tensor(self.chance.choice(SHAPES), depth)
        return f"({inner}).{self.pick('sum()', 'mean()', 'sum()', 'mean()', 'pow(2).sum()', 'tanh().sum()')}"

    def test(self) -> str:
        """A condition on values."""
        return self.pick(
            f"{self.scalar(1)}.item() > {self.number()}",
            f"{self.scalar(1)} < {self.number()}",
            f"({self.tensor((3,), 1)} > 0).any()",
            f"({self.tensor((2,), 1)} < 5).all()",
            f"{self.number()} <= {self.number()}",
            f"len([{self.number()}, {self.number()}]) == 2 and {self.scalar(0)} != 0",
        )

    # --- blocks

    def block(self, head: str, body: Callable[[], None]) -> None:
        """An indented block whose own names are forgotten behind it."""
        self.say(head)
        kept = dict(self.tensors), list(self.leaves), list(self.numbers), dict(self.functions)
        self.indent += "    "
        body()
        self.indent = self.indent[:-4]
        self.tensors, self.leaves, self.numbers, self.functions = kept


def _binary(w: Writer, shape: Shape, depth: int) -> str:
    mark = w.pick("+", "-", "*", "+", "*")
    if w.chance.random() < 0.3:
        return w.pick(
            f"({w.tensor(shape, depth)} {mark} {w.number()})", f"({w.number()} {mark} {w.tensor(shape, depth)})"
        )
    other = w.chance.choice([each for each in SHAPES if _fits(each, shape)])
    pair = [w.tensor(shape, depth), w.tensor(other, depth)]
    w.chance.shuffle(pair)
    return f"({pair[0]} {mark} {pair[1]})"


def _fits(small: Shape, shape: Shape) -> bool:
    """Whether a shape stretches to another."""
    return len(small) <= len(shape) and all(a in (1, b) for a, b in zip(reversed(small), reversed(shape), strict=False))


def _quotient(w: Writer, shape: Shape, depth: int) -> str:
    return f"({w.tensor(shape, depth)} / ({w.tensor(shape, depth)} ** 2 + {w.pick('1', '0.5', '2.0')}))"


def _unary(w: Writer, shape: Shape, depth: int) -> str:
    inner = w.tensor(shape, depth)
    name = w.pick("tanh", "sigmoid", "relu", "sin", "cos", "abs", "exp", "square", "neg")
    if name == "exp":
        inner = f"({inner}).tanh()"
    return w.pick(f"torch.{name}({inner})", f"({inner}).{name}()") if name != "neg" else f"(-{inner})"


def _power(w: Writer, shape: Shape, depth: int) -> str:
    return f"({w.tensor(shape, depth)}) ** {w.pick('2', '3', '2.0')}"


def _clamped(w: Writer, shape: Shape, depth: int) -> str:
    inner = w.tensor(shape, depth)
    return w.pick(
        f"({inner}).clamp(-1.0, 1.0)", f"torch.clamp({inner}, min={w.pick('0', '-0.5')})", f"F.softplus({inner})"
    )


def _where(w: Writer, shape: Shape, depth: int) -> str:
    one, other = w.tensor(shape, depth), w.tensor(shape, 0)
    return w.pick(
        f"torch.where({one} > 0, {one}, {other})", f"torch.maximum({one}, {other})", f"torch.minimum({one}, {other})"
    )


def _reduced(w: Writer, shape: Shape, depth: int) -> str:
    name = w.pick("sum", "mean")
    if shape == ():
        return f"({w.tensor(w.chance.choice(SHAPES), depth)}).{name}()"
    if shape == (3,):
        return f"({w.tensor((2, 3), depth)}).{name}({w.pick('0', 'dim=0', 'dim=-2', 'axis=0')})"
    if shape == (2,):
        return f"({w.tensor((2, 3), depth)}).{name}({w.pick('1', 'dim=1', 'dim=-1')})"
    if shape in ((1, 3), (2, 1)):
        axis = shape.index(1)
        return f"({w.tensor((2, 3), depth)}).{name}(dim={axis}, keepdim=True)"
    return f"torch.cumsum({w.tensor(shape, depth)}, dim=0)"


def _product(w: Writer, shape: Shape, depth: int) -> str:
    if len(shape) == 2:
        inner = w.pick("2", "3")
        one, other = (shape[0], int(inner)), (int(inner), shape[1])
        if one in SHAPES and other in SHAPES:
            return f"({w.tensor(one, depth)} @ {w.tensor(other, depth)})"
    if len(shape) == 1:
        inner_size = 3 if shape == (2,) else 2
        return f"({w.tensor((shape[0], inner_size), depth)} @ {w.tensor((inner_size,), depth)})"
    if shape:
        return _binary(w, shape, depth)
    return f"torch.dot({w.tensor((3,), depth)}, {w.tensor((3,), depth)})"


def _moved(w: Writer, shape: Shape, depth: int) -> str:
    size = math.prod(shape)
    same = [each for each in SHAPES if math.prod(each) == size and each != shape]
    if len(shape) == 2 and shape[::-1] in SHAPES and w.chance.random() < 0.5:
        return f"({w.tensor(shape[::-1], depth)}){w.pick('.T', '.t()', '.transpose(0, 1)')}"
    if same and shape:
        other = w.chance.choice(same)
        sizes = ", ".join(map(str, shape))
        return f"({w.tensor(other, depth)}).{w.pick('reshape', 'view') if other == () else 'reshape'}({sizes})"
    return _unary(w, shape, depth)


def _picked(w: Writer, shape: Shape, depth: int) -> str:
    if shape == ():
        return w.pick(
            f"({w.tensor((3,), depth)})[{w.pick('0', '-1', '2')}]",
            f"({w.tensor((2, 3), depth)})[1, {w.pick('0', '2')}]",
        )
    if shape == (3,):
        return w.pick(
            f"({w.tensor((2, 3), depth)})[{w.pick('0', '1', '-1')}]",
            f"({w.tensor((3, 2), depth)})[:, {w.pick('0', '1')}]",
        )
    if shape == (2,):
        return w.pick(
            f"({w.tensor((3,), depth)})[1:]", f"({w.tensor((3,), depth)})[[0, 2]]", f"({w.tensor((2, 3), depth)})[:, 1]"
        )
    if shape == (1, 3):
        return w.pick(
            f"({w.tensor((3,), depth)}).unsqueeze(0)",
            f"({w.tensor((3,), depth)})[None, :]",
            f"({w.tensor((2, 3), depth)})[:1]",
        )
    if shape == (2, 1):
        return w.pick(f"({w.tensor((2,), depth)}).unsqueeze(1)", f"({w.tensor((2,), depth)})[:, None]")
    return _binary(w, shape, depth)


def _joined(w: Writer, shape: Shape, depth: int) -> str:
    if shape == (2, 3):
        return f"torch.stack([{w.tensor((3,), depth)}, {w.tensor((3,), depth)}])"
    if shape == (3, 2):
        return f"torch.stack([{w.tensor((3,), depth)}, {w.tensor((3,), depth)}], dim=1)"
    if shape == (3,):
        return f"torch.cat([{w.tensor((2,), depth)}, {w.tensor((3,), 0)}[:1]])"
    return _binary(w, shape, depth)


def _normalised(w: Writer, shape: Shape, depth: int) -> str:
    if not shape:
        return _unary(w, shape, depth)
    inner = w.tensor(shape, depth)
    return w.pick(
        f"torch.softmax({inner}, dim=-1)", f"F.log_softmax({inner}, dim={len(shape) - 1})", f"F.relu({inner})"
    )


def _called(w: Writer, shape: Shape, depth: int) -> str:
    if not w.functions:
        return _binary(w, shape, depth)
    name = w.chance.choice(list(w.functions))
    return w.functions[name].format(w.tensor(shape, depth))


_EXPRESSIONS: Final[tuple[Callable[[Writer, Shape, int], str], ...]] = (
    *(_binary, _binary, _binary, _quotient, _unary, _unary, _power, _clamped, _where, _reduced, _reduced, _product),
    *(_product, _moved, _picked, _picked, _joined, _normalised, _called, _called),
)
