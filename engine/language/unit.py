"""What the nodes of one program share while they are compiled into closures."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import InputError, SourceError
from engine.language.machine import Machine
from engine.language.reading import Source, Span
from engine.language.scopes import Layout
from engine.language.values import UNBOUND, Class, Closure, Frame, Value
from engine.messages import Message
from engine.tensor import Origin

Compile = Callable[["Unit", Any], Closure]


class Unit:
    """The program being compiled: its source, its machine, its frame, and the function that is being read.

    `formula` says that plain numbers given a name are leaves, `pure` that literals are constants of the graph.
    """

    def __init__(
        self,
        source: Source,
        machine: Machine,
        tables: tuple[Mapping[type[ast.expr], Compile], Mapping[type[ast.stmt], Compile]],
        builtins: Mapping[str, Value],
        *,
        formula: bool,
        pure: bool,
    ) -> None:
        self.source = source
        self.machine = machine
        self.expressions, self.statements = tables
        self.builtins = builtins
        self.formula = formula
        self.pure = pure
        self.module = self.layout = Layout("module", None)
        self.globals: Frame = [None]
        self.free: dict[str, Span] = {}
        self.leaf: Callable[[str, Span], Value] = self._no_leaf
        self.owner: list[Class | None] = [None]
        self.method_hops = 0  # how many functions out the method stands that is being read
        self.loops = 0  # how many loops stand around what is being read, in the same function
        self.called: dict[ast.AST, str] = {}  # what the value of a node is called from the start
        self.path: tuple[str, ...] = ()  # names of the functions and classes around what is being read

    def expression(self, node: ast.expr) -> Closure:
        """The node as a closure that gives its value."""
        return self.expressions[type(node)](self, node)

    def statement(self, node: ast.stmt) -> Closure:
        """The node as a closure that gives None, or what ends the block: break, continue, (value,)."""
        return self.statements[type(node)](self, node)

    def block(self, body: list[ast.stmt], also: int = 0) -> Closure:
        """Statements one after the other; each is a step, and `also` so many more."""
        steps = [self.statement(each) for each in body]
        machine, count = self.machine, len(steps) + also
        if len(steps) == 1:
            (only,) = steps

            def single(frame: Frame) -> Any:
                machine.steps = spent = machine.steps + count
                if spent >= machine.check_at:
                    machine.look()
                return only(frame)

            return single

        def several(frame: Frame) -> Any:
            machine.steps = spent = machine.steps + count
            if spent >= machine.check_at:
                machine.look()
            for step in steps:
                signal = step(frame)
                if signal is not None:
                    return signal
            return None

        return several

    def origin(self, node: ast.AST) -> Origin:
        """What a result made at the node remembers: its place, and the name it is about to be given."""
        return Origin("op", self.called.get(node), self.source.span(node))

    def refusal(self, node: ast.AST, message: Message, hint: Message) -> SourceError:
        """An error that points at the node."""
        return self.source.refusal(node, message, hint)

    # --- names

    def own_slot(self, node: ast.AST) -> int:
        """Where a name stands in the frame that is being run, which need not be asked for by a closure; 0 if this is
        no name, or one of another frame. What is there may be UNBOUND."""
        if not isinstance(node, ast.Name):
            return 0
        found = self.layout.find(node.id)
        outside = self.layout is self.module
        if found is not None:
            hops, slot = found
            return slot if hops == 0 or (hops < 0 and outside) else 0
        return self.module.slots.get(node.id, 0) if outside and node.id not in self.free else 0

    def load(self, name: str, node: ast.AST) -> Closure:
        """A closure that gives the value of a name."""
        found = self.layout.find(name)
        if found is not None:
            hops, slot = found
            return self._outer(hops, slot, name, node) if hops >= 0 else self._global(slot, name, node)
        slot_of = self.module.slots.get(name)
        if slot_of is not None:
            return self._global(slot_of, name, node)
        if name in self.builtins:
            value = self.builtins[name]
            return lambda frame: value
        self.free.setdefault(name, self.source.span(node))
        return self._free(self.module.slot(name), name, node)

    def store(self, name: str) -> Callable[[Frame, Value], None]:
        """A closure that gives a name its value."""
        layout = self.layout
        if layout.elsewhere.get(name) == "global" or layout.kind == "module":
            found = layout.find(name)
            slot, held = (found[1] if found else self.module.slot(name)), self.globals
            if slot >= len(held):
                held.extend([UNBOUND] * (slot + 1 - len(held)))

            def set_global(frame: Frame, value: Value) -> None:
                held[slot] = value

            return set_global
        found = layout.find(name)
        assert found is not None  # every name that is given a value has a slot
        hops, slot = found

        def set_slot(frame: Frame, value: Value) -> None:
            for _ in range(hops):
                frame = frame[0]
            frame[slot] = value

        def set_own(frame: Frame, value: Value) -> None:
            frame[slot] = value

        return set_slot if hops else set_own

    def _outer(self, hops: int, slot: int, name: str, node: ast.AST) -> Closure:
        missing = self._missing(name, node)

        def own(frame: Frame) -> Value:
            value = frame[slot]
            return value if value is not UNBOUND else missing()

        def around(frame: Frame) -> Value:
            value = frame[0][slot]
            return value if value is not UNBOUND else missing()

        def outer(frame: Frame) -> Value:
            for _ in range(hops):
                frame = frame[0]
            value = frame[slot]
            return value if value is not UNBOUND else missing()

        return (own, around)[hops] if hops < 2 else outer

    def _global(self, slot: int, name: str, node: ast.AST) -> Closure:
        held = self.globals
        otherwise = self.builtins.get(name, UNBOUND)
        missing = self._missing(name, node)

        def get(frame: Frame) -> Value:
            value = held[slot]
            if value is UNBOUND:
                return otherwise if otherwise is not UNBOUND else missing()
            return value

        return get

    def _free(self, slot: int, name: str, node: ast.AST) -> Closure:
        held, span = self.globals, self.source.span(node)

        def get(frame: Frame) -> Value:
            if slot >= len(held):
                held.extend([UNBOUND] * (slot + 1 - len(held)))
            value = held[slot]
            if value is UNBOUND:
                value = held[slot] = self.leaf(name, span)
            return value

        return get

    def _missing(self, name: str, node: ast.AST) -> Callable[[], Value]:
        span = self.source.span(node)

        def fail() -> Value:
            if name in self.free:
                return self.leaf(name, span)
            error = SourceError(
                Message("`{name}` has no value yet", name=name),
                hint=Message("give it one on a line that runs before this one"),
                line=span[0],
                column=span[1] + 1,
            )
            error.python, error.said = "NameError", f"name '{name}' is not defined"
            raise error

        return fail

    def _no_leaf(self, name: str, span: Span) -> Value:
        raise InputError(Message("`{name}` has no value", name=name), line=span[0], column=span[1] + 1)
