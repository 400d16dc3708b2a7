"""Runs a source: closures in, recorded tensors out, a pass for each `backward()`."""

import ast
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine import dtypes, missing, mode, tensor
from engine.dtypes import Value
from engine.errors import EndOfProgram, EngineError, LimitError, ShapeError, SourceError
from engine.inputs import Given, checked, fitted
from engine.language import grammar, implied
from engine.language.aside import unheard
from engine.language.expressions import EXPRESSIONS
from engine.language.formulas import Style, free_of_formula, imports_torch, style_of, way_to_a_graph
from engine.language.machine import Machine, Progress
from engine.language.mishaps import FOREIGN, placed
from engine.language.outlines import Outline, outlines
from engine.language.passes import Passes, Record, graph
from engine.language.reading import Source, Span
from engine.language.scopes import bound
from engine.language.statements import STATEMENTS
from engine.language.unit import Unit
from engine.language.values import UNBOUND, Instance
from engine.library import surface
from engine.library.session import Session
from engine.limits import DEFAULT, Limits
from engine.messages import Message
from engine.mode import Budget
from engine.snapshot import Shown, shown
from engine.tensor import Origin, Tensor


class Line(NamedTuple):
    """Something the program printed: its text, the pass it belongs to (the last `backward()` before it, or the first
    pass), its source line."""

    text: str
    pass_index: int
    line: int


@dataclass(frozen=True, slots=True)
class Run:
    """All passes of one program. `inputs` are the leaves' values that were used, `printed` what it printed, `lines`
    the same piece by piece, `warnings` what deserves a second look."""

    source: str
    inputs: Mapping[str, Value]
    passes: Passes
    printed: str = ""
    warnings: tuple[Message, ...] = ()
    lines: tuple[Line, ...] = ()
    living: bool = False
    """Whether the program is still there: its own functions may be asked for other numbers."""

    def outlines(self, most: int | None = None) -> list[Outline]:
        """Every pass in short, or the first `most` of them, without making snapshots: each is gone through backward."""
        return outlines(self.passes.records[:most])

    def outputs(self) -> list[Shown]:
        """What every pass came out at, its loss as a rule; nothing is gone through for it."""
        return [shown(record.outcome) for record in self.passes.records]

    def series(self, names: Sequence[str]) -> dict[str, list[Value | None]]:
        """The values of named results over all passes, None where a pass has none of that name."""
        return {name: self.passes.series(name) for name in names}


def run(
    text: str,
    *,
    inputs: Mapping[str, Given] | None = None,
    limits: Limits = DEFAULT,
    clock: Callable[[], float] | None = None,
    progress: Callable[[Progress], None] | None = None,
    seed: int = 0,
) -> Run:
    """Runs `text` and records every `backward()` as a pass; a source without one has its last value differentiated.

    `inputs` gives the free names their values (numbers, or nested lists for tensors) and may replace the value of a
    leaf that the source sets itself (`x = 1.0`, `w = torch.tensor([1.0, 2.0])`) by another of its shape. With a `clock`
    (seconds), the limit on time holds too. `progress` is told now and then how far the run has come (by the clock, at
    most every 50 ms) and may raise `Cancelled` to end it. `seed` is where the random numbers of a program start that
    sets none itself. Raises `SourceError`, `InputError`, `ShapeError` or `LimitError`.
    """
    program = _Program(text, inputs or {}, limits, clock, progress)
    program.session.random.manual_seed(seed)
    try:
        with mode.calm():
            return program.run()
    finally:
        program.release()


def free_names(text: str, *, limits: Limits = DEFAULT) -> tuple[str, ...]:
    """The names a source leaves open, in the order of their first use: the inputs it needs."""
    return tuple(_Program(text, {}, limits).free)


def is_pure(text: str, *, limits: Limits = DEFAULT) -> bool:
    """Whether a source is nothing but operations on names and numbers: then its graph is the same for all inputs."""
    return style_of(ast.walk(Source(text, limits=limits).tree), surface.MAKERS).pure


class _Program:
    """A source that has been read, and the leaves it is run with."""

    def __init__(
        self,
        text: str,
        inputs: Mapping[str, Given],
        limits: Limits,
        clock: Callable[[], float] | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self.inputs = checked(inputs, limits)
        self.source = source = Source(text, limits=limits)
        if not source.tree.body:
            raise SourceError(
                Message("there is nothing to compute"),
                hint=Message("type an expression, for example (x*w - y)**2"),
            )
        nodes = grammar.check(source, limits)
        self.limits = limits
        self.style: Style = style_of(nodes, surface.MAKERS)
        self.machine = machine = Machine(limits, clock, progress)
        self.session: Session = surface.install(machine, formula=self.style.formula)
        self.leaves: dict[str, Value] = {}
        machine.library |= {"leaf": self._literal_leaf, "constant": self._constant}
        if not self.style.formula:
            machine.library["replaced"] = self._replaced
        if self.style.formula:
            machine.made = []
        names = {name: value for name, value in surface.names(self.style).items() if name not in self.inputs}
        self.unit = unit = Unit(
            source, machine, (EXPRESSIONS, STATEMENTS), names, formula=self.style.formula, pure=self.style.pure
        )
        unit.leaf = self._free_leaf
        machine.library |= {"named": self._named, "imports_torch": imports_torch(nodes)}
        for name in bound(source.tree.body):
            unit.module.slot(name)
        early = free_of_formula(source.tree, frozenset(names)) if self.style.formula else {}
        unit.free.update({name: source.span(node) for name, node in early.items()})
        try:
            self.body = unit.block(source.tree.body)
        except RecursionError as error:
            raise placed(error, (1, 0, 1, 0)) from None
        self.free: dict[str, Span] = dict(sorted(unit.free.items(), key=lambda each: each[1]))

    def run(self) -> Run:
        """Everything from the first line to the last."""
        known = () if self.style.formula else (*self.unit.module.slots, *self.unit.builtins)
        missing.require(self.free, self.inputs, known)
        unit, machine = self.unit, self.machine
        unit.globals.extend([UNBOUND] * (unit.module.size - len(unit.globals)))
        budget = Budget(self.limits.elements, self.limits.elements_in_all, worked=machine.worked)
        try:
            with mode.spending(budget), mode.standing(lambda: machine.line):
                with suppress(EndOfProgram):
                    self.body(unit.globals)
                self._close()
                machine.end(unit.globals)
                self.session.training.look_back(len(self.session.records))
        except FOREIGN as error:
            raise self._whole(error) from None
        passes = Passes(self.source.text, self.session.records)
        unused = [name for name in self.inputs if name not in self.leaves]
        warnings = [Message("the input `{name}` is not used", name=name) for name in unused]
        if commands := self.source.commands:
            warnings.append(
                Message(
                    "line {line}: lines that begin with `%` or `!` speak to a notebook, and are passed over",
                    line=commands[0],
                )
            )
        count = len(self.session.records)
        lines = tuple(Line(said, min(max(0, index - 1), count - 1), line) for said, index, line in machine.printed)
        return Run(
            self.source.text,
            self.leaves,
            passes,
            "".join(line.text for line in lines),
            (*warnings, *self.session.warnings),
            lines,
            "defined" in machine.library,
        )

    def release(self) -> None:
        """Lets go of what the program held: its names, machine and library know each other, and would keep the graph
        until the garbage collector comes round."""
        if "defined" not in self.machine.library:  # else the graph itself asks the program's functions
            self.unit.globals.clear()
            self.machine.library.clear()
        self.machine.made.clear()
        self.session.let_go()

    def _whole(self, error: BaseException) -> EngineError:
        line = min(self.machine.line, len(self.source.lines))
        found = placed(error, (line, 0, line, 0))
        found.printed = "".join(said for said, _, _ in self.machine.printed)
        return found

    def _named(self) -> dict[int, str]:
        """The names of the program's objects, by their identity."""
        slots, values = self.unit.module.slots, self.unit.globals
        return {id(values[slot]): name for name, slot in slots.items() if isinstance(values[slot], Instance)}

    def _close(self) -> None:
        """The implicit pass of a program that never calls `backward()`."""
        if self.session.records:
            return
        machine, made = self.machine, list(self.machine.made)
        output = machine.last
        if self.style.formula:
            if not isinstance(output, Tensor):
                output = next((each for each in reversed(made) if each.op is not None), None)
            tensors = implied.with_operands(made, output)
        else:
            output = implied.best(made)
            tensors = graph(output, -1) if output is not None else []
        if not isinstance(output, Tensor):
            raise self.unit.refusal(
                self.source.tree.body[-1],
                Message("this program makes no tensor, so there is no graph to draw"),
                way_to_a_graph(self.source.tree),
            )
        if not any(each is output for each in tensors):
            tensors = graph(output, -1)
        record = Record(output, None, tensors, machine.scopes, formula=self.style.formula, line=machine.line)
        self.session.records.append(record)
        if "defined" in machine.library:
            self._ask(record)

    def _ask(self, record: Record) -> None:
        """What the program's own rules have to say is asked while it runs; it never asked them itself, so that their
        mistakes are none of its own."""
        try:
            with unheard(self.machine):
                record.swept()
        except LimitError:
            raise
        except FOREIGN as error:
            found = placed(error, (self.machine.line, 0, self.machine.line, 0))
            record.forward_only = True
            self.session.warnings.append(
                Message("line {line}: no gradients can be shown: {what}", line=found.line, what=found.message)
            )

    # --- leaves

    def _free_leaf(self, name: str, span: Span) -> Tensor:
        return self._leaf(name, span, self.inputs[name])

    def _literal_leaf(self, name: str, span: Span, literal: float) -> Tensor:
        given = literal if name in self.leaves else self.inputs.get(name, literal)
        try:
            return self._leaf(name, span, fitted(name, given, (), dtypes.FLOAT64))
        except ShapeError as error:
            raise placed(error, span) from None

    def _leaf(self, name: str, span: Span, value: Value) -> Tensor:
        made = tensor.tensor(value, requires_grad=True)
        made.origin = None
        self._keep(made, Origin("leaf", name, span))
        self.leaves.setdefault(name, value)  # `inputs` speak of the first leaf of a name
        return made

    def _constant(self, machine: Machine, value: float, span: Span) -> Callable[[object], Tensor]:
        origin = Origin("constant", None, span)
        return lambda frame: self._keep(tensor.constant(value), origin)

    def _keep(self, made: Tensor, origin: Origin) -> Tensor:
        try:
            self.machine.keep(made, origin)
        except LimitError as error:
            raise placed(error, origin.span or (1, 0, 1, 0)) from None
        return made

    def _replaced(self, name: str, value: object) -> object:
        """A leaf tensor that the program names itself may have another value of its shape given from outside."""
        if (
            type(value) is Tensor
            and value.op is None
            and name not in self.leaves
            and value.dtype.kind == "f"
            and (value.origin is None or (value.origin.name in (None, name) and type(value.origin) is Origin))
        ):
            if name in self.inputs:
                value.value = fitted(name, self.inputs[name], value.shape, value.dtype)
            self.leaves[name] = float(value.item()) if np.size(value.value) == 1 else shown(value.value)
        return value
