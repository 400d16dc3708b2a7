"""Reads a source into instructions: gate, Python's parser, then a whitelist of what may stand where."""

import ast
import difflib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from engine import gate, ops
from engine.errors import SourceError
from engine.limits import DEFAULT, Limits
from engine.messages import Message
from engine.ops import Op
from engine.tensor import Span

_OPERATORS: dict[type[ast.operator], Op] = {
    ast.Add: ops.ADD,
    ast.Sub: ops.SUB,
    ast.Mult: ops.MUL,
    ast.Div: ops.DIV,
    ast.Pow: ops.POW,
}
_MARKS: dict[type[ast.AST], str] = {
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.MatMult: "@",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.Not: "not",
    ast.Invert: "~",
}
_LANGUAGE = Message("use numbers, names, + - * / ** and operations such as sin(x)")


@dataclass(frozen=True, slots=True)
class Number:
    """Pushes a literal."""

    value: float
    span: Span


@dataclass(frozen=True, slots=True)
class Load:
    """Pushes what a name stands for; a name nobody assigned is a leaf."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Apply:
    """Pops `count` operands and pushes the op's result."""

    op: Op
    count: int
    attributes: tuple[float, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Store:
    """Pops a value; a name (if any) stands for it from now on."""

    name: str | None


Instruction = Number | Load | Apply | Store


def parse(source: str, *, limits: Limits = DEFAULT) -> tuple[Instruction, ...]:
    """The source as instructions for a stack, in the order of evaluation.

    Raises `SourceError` or `LimitError` with line, column and a hint; nothing is ever executed by Python.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    gate.check(source, limits=limits)
    reader = _Reader(source)
    instructions = tuple(reader.instructions())
    if not instructions:
        raise SourceError(
            Message("there is nothing to compute"),
            hint=Message("type an expression, for example (x*w - y)**2"),
        )
    return instructions


class _Reader:
    """Python's tree of one source, walked without recursion."""

    def __init__(self, source: str) -> None:
        self.lines = source.split("\n")
        try:
            self.tree = ast.parse(source)
        except SyntaxError as error:
            line, column = error.lineno or 1, error.offset or 1
            raise SourceError(
                Message("this is not a complete formula"),
                hint=_advice(error),
                line=line,
                column=max(1, column),
            ) from None
        except (ValueError, MemoryError, RecursionError, OverflowError):
            raise SourceError(Message("this source cannot be read"), hint=_LANGUAGE, line=1, column=1) from None

    def instructions(self) -> Iterator[Instruction]:
        for statement in self.tree.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    yield from self._expression(value)
                    yield Store(self._name(name, statement))
                case ast.Expr(value=value):
                    yield from self._expression(value)
                    yield Store(None)
                case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                    raise self._refusal(
                        statement,
                        Message("one line gives one name a value"),
                        Message("write for example y = x * w"),
                    )
                case _:
                    raise self._refusal(
                        statement,
                        Message("`{statement}` is not part of the language", statement=self._first_word(statement)),
                        _LANGUAGE,
                    )

    def _expression(self, root: ast.expr) -> Iterator[Instruction]:
        """Operands before their operation; what is still to do waits on a stack, not on Python's."""
        waiting: list[ast.expr | Instruction] = [root]
        while waiting:
            part = waiting.pop()
            if isinstance(part, (Number, Load, Apply, Store)):
                yield part
            else:
                waiting.extend(reversed(self._parts(part)))

    def _parts(self, node: ast.expr) -> tuple[ast.expr | Instruction, ...]:
        if (number := self._number(node)) is not None:
            return (Number(number, self._span(node)),)
        match node:
            case ast.Name(id=name):
                return (Load(self._name(name, node), self._span(node)),)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._apply(ops.NEG, [operand], node)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return (operand,)
            case ast.BinOp(left=left, op=mark, right=right) if type(mark) in _OPERATORS:
                return self._apply(_OPERATORS[type(mark)], [left, right], node)
            case ast.BinOp(op=ast.BitXor()):
                raise self._refusal(node, Message("`^` is not a power"), Message("write ** for a power: x**2"))
            case ast.BinOp(op=mark) | ast.UnaryOp(op=mark):
                raise self._refusal(
                    node,
                    Message("`{mark}` is not an operation here", mark=_MARKS.get(type(mark), "?")),
                    _LANGUAGE,
                )
            case ast.Call(func=ast.Name(id=name), args=operands, keywords=[]):
                return self._apply(self._op(name, node), operands, node)
            case ast.Call(func=ast.Attribute(value=subject, attr=name), args=operands, keywords=[]):
                return self._apply(self._op(name, node), [subject, *operands], node)
            case ast.Call(keywords=[first, *_]):
                raise self._refusal(
                    first.value,
                    Message("operations take their operands by position"),
                    Message("write pow(x, 2)"),
                )
        raise self._refusal(node, Message("this kind of expression is not part of the language"), _LANGUAGE)

    def _apply(self, op: Op, operands: list[ast.expr], node: ast.expr) -> tuple[ast.expr | Instruction, ...]:
        if len(operands) != op.arity:
            raise self._refusal(
                node,
                Message("`{op}` takes {arity} operands, and {count} are given", **_counts(op, operands)),
                Message("write {usage}", usage=f"{op.name}({', '.join('xyz'[: op.arity])})"),
            )
        span = self._span(node)
        if op is ops.POW and (exponent := self._number(operands[1])) is not None:
            return operands[0], Apply(op, 1, (exponent,), span)
        return *operands, Apply(op, len(operands), (), span)

    def _op(self, name: str, node: ast.expr) -> Op:
        op = ops.TABLE.get(name)
        if op is None:
            near = difflib.get_close_matches(name, ops.TABLE, n=1, cutoff=0.5)
            hint = Message("did you mean `{name}`?", name=near[0]) if near else None
            known = Message("the operations are {names}", names=", ".join(ops.TABLE))
            raise self._refusal(node, Message("`{name}` is not an operation", name=name), hint or known)
        return op

    def _name(self, name: str, node: ast.stmt | ast.expr) -> str:
        if name in ops.TABLE:
            raise self._refusal(
                node,
                Message("`{name}` is an operation, not a value", name=name),
                Message("give it operands, as in {name}(x), or choose another name", name=name),
            )
        return name

    def _number(self, node: ast.expr) -> float | None:
        """The value of a literal, with its sign; None if this is something else."""
        match node:
            case ast.Constant(value=bool()):
                return None
            case ast.Constant(value=int() | float() as value):
                if abs(value) == float("inf"):
                    raise self._refusal(
                        node, Message("this number is too large"), Message("the largest is about 1.8e308")
                    )
                return float(value)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as literal):
                number = self._number(literal)
                return None if number is None else -number
        return None

    def _span(self, node: ast.expr | ast.stmt) -> Span:
        last = node.end_lineno or node.lineno
        end = self._characters(last, node.end_col_offset or 0)
        return node.lineno, self._characters(node.lineno, node.col_offset), last, end

    def _characters(self, line: int, offset: int) -> int:
        """Python counts columns in UTF-8 bytes; people count characters."""
        text = self.lines[line - 1]
        return offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))

    def _first_word(self, statement: ast.stmt) -> str:
        line, column, *_ = self._span(statement)
        words = self.lines[line - 1][column:].split()
        return words[0].rstrip(":(")[:20] if words else "?"

    def _refusal(self, node: ast.expr | ast.stmt, message: Message, hint: Message | None) -> SourceError:
        line, column, *_ = self._span(node)
        return SourceError(message, hint=hint, line=line, column=column + 1)


def normal_name(name: str) -> str:
    """A name as Python reads it: `𝓍` is `x`."""
    return unicodedata.normalize("NFKC", name)


def _counts(op: Op, operands: list[ast.expr]) -> dict[str, object]:
    return {"op": op.name, "arity": op.arity, "count": len(operands)}


def _advice(error: SyntaxError) -> Message:
    text = error.msg or ""
    if "invalid character" in text or "non-printable" in text:
        return Message("this character is not part of the language; is the keyboard set to English?")
    if "never closed" in text:
        return Message("a bracket is still open")
    if "unmatched" in text or "does not match" in text:
        return Message("a bracket is closed that was never opened")
    if "indent" in text:
        return Message("start every line at the left edge")
    return Message("an operator or an operand is missing here")
