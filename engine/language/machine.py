"""What a running program shares: its budgets, its place, what it printed, and how functions are called."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any, Final, NamedTuple

from engine.errors import EngineError, LimitError, SourceError
from engine.language.absent import Absent
from engine.language.binding import bound
from engine.language.footprints import Footprints
from engine.language.values import (
    UNBOUND,
    Class,
    Function,
    Instance,
    Method,
    Native,
    Once,
    Static,
    Token,
    Value,
    kind_name,
)
from engine.language.whereabouts import Place
from engine.limits import Limits
from engine.messages import Message
from engine.tensor import Origin, Span, Tensor

_CHECK_EVERY: Final = 2_000
_REPORT_EVERY: Final = 0.05
"""Seconds between two reports of progress."""
_ELEMENTS_A_STEP: Final = 512
"""Elements of arrays that bring the next look at the clock as near as one step does."""
RECENT: Final = 1_000
"""How many results are remembered for a program that never calls `backward()`."""


class Progress(NamedTuple):
    """How far a run has come: interpreter steps, results and passes so far."""

    steps: int
    operations: int
    passes: int


class Machine:
    """One run of one program."""

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], float] | None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self.limits = limits
        self.clock = clock
        self.progress = progress
        self.started = clock() if clock else 0.0
        self.reported = self.started
        self.steps = 0
        self.check_at = min(_CHECK_EVERY, limits.steps)
        self.operations = 0
        self.most = limits.operations
        self.depth = 0
        self.scope: Place = None
        self.scopes: list[tuple[int, Place]] = [(-1, None)]  # the birth of the first result of each place
        self._logged: Place = None
        self.made: deque[Tensor] | list[Tensor] = deque(maxlen=RECENT)
        self.printed: list[tuple[str, int, int]] = []  # text, number of passes before it, source line
        self.printed_bytes = 0
        self.line = 1
        self.called: Span = (1, 0, 1, 0)  # the call that was begun last
        self.handled: list[EngineError] = []  # what the `except` blocks that are being run have caught
        self.expression: str | None = None  # how the value is written that is being given in place
        self.last: Value = None  # what the last line outside functions gave
        self.methods: dict[type, dict[str, Native]] = {}  # what may be called on a value of that type
        self.readers: dict[type, dict[str, Callable[..., Value]]] = {}  # what may be read of it
        self.writers: dict[type, dict[str, Callable[..., None]]] = {}  # what may be set
        self.ended = False  # whether the program is over, and its functions are asked what they would have said
        self.library: dict[str, Any] = {}  # state of the library's modules: random streams, optimizers, passes

    def end(self, names: list[Value]) -> None:
        """The program is over; `names` are its own."""
        self.ended = True
        if "defined" in self.library:
            self.library["footprints"] = Footprints(names)

    # --- budgets

    def charge(self, steps: int) -> None:
        """Raises `LimitError` if so many more steps are too many, or time is up."""
        self.steps = spent = self.steps + steps
        if spent >= self.check_at:
            self.look()

    def look(self) -> None:
        """Looks whether a budget is used up, once `steps` has come to `check_at`."""
        if self.steps > self.limits.steps:
            raise LimitError(
                Message("the program takes more than {limit} steps", limit=self.limits.steps),
                hint=Message("use fewer epochs or samples; is there a loop that never ends?"),
            )
        now = self.clock() if self.clock else 0.0
        if now - self.started > self.limits.seconds:
            raise LimitError(
                Message("the program runs longer than {limit} seconds", limit=self.limits.seconds),
                hint=Message("use fewer epochs or samples, or smaller tensors"),
            )
        if self.progress and (self.clock is None or now - self.reported >= _REPORT_EVERY):
            self.reported = now
            self.progress(Progress(self.steps, self.operations, self.library["passes"]()))
        self.check_at = min(self.steps + _CHECK_EVERY, self.limits.steps + 1)

    def worked(self, elements: int) -> None:
        """Brings the next look at the clock nearer, by how much an operation has to do."""
        self.check_at -= elements // _ELEMENTS_A_STEP

    def charge_text(self, characters: int) -> None:
        """Charges a text before it is made."""
        self.charge(1 + characters // 16)

    # --- tensors

    def keep(self, made: Value, origin: Origin) -> Value:
        """Notes where a result comes from; whatever is no tensor passes through."""
        if type(made) is not Tensor:
            if isinstance(made, tuple):
                nameless = origin if origin.name is None else Origin(origin.kind, None, origin.span)
                for each in made:
                    if type(each) is Tensor:
                        self.keep(each, nameless)
            return made
        if made.origin is None:  # else it has been noted before
            made.origin = origin
            self.note(made)
        return made

    def note(self, made: Tensor) -> None:
        """Counts a new result and remembers where it was made."""
        self.operations = count = self.operations + 1
        if count > self.most:
            raise LimitError(
                Message("the program makes more than {limit} results", limit=self.limits.operations),
                hint=Message("use fewer epochs or samples, or tensors in place of single numbers"),
            )
        value: Any = made.value
        if type(value) is not float:
            self.check_at -= value.size // _ELEMENTS_A_STEP
        if self.scope is not self._logged:
            self._logged = self.scope
            self.scopes.append((made.birth, self.scope))
        self.made.append(made)

    def here(self) -> Origin:
        """The origin of a result that the library makes on the way: the call that led there, or the line being run."""
        return Origin("op", None, self.called if self.called[0] == self.line else (self.line, 0, self.line, 0))

    # --- calls

    def call(self, callee: Value, arguments: list[Value], named: dict[str, Value] | None = None) -> Value:
        """Calls a function, method, class or object of the program or of the library."""
        match callee:
            case Function():
                return self.run(callee, arguments, named)
            case Native():
                return callee.call(self, *arguments, **named) if named else callee.call(self, *arguments)
            case Method(function=function, subject=subject):
                return self.call(function, [subject, *arguments], named)
            case Class():
                return self._instance(callee, arguments, named)
            case Instance(kind=kind):
                function = kind.find("__call__")
                if function is not UNBOUND:
                    return self.call(function, [callee, *arguments], named)
            case Static(function=function):
                return self.call(function, arguments, named)
            case Token(held=Native() as make):
                return self.call(make, arguments, named)
            case Absent():
                raise callee.refusal()
        raise SourceError(
            Message("a value of type `{kind}` cannot be called", kind=kind_name(callee)),
            hint=Message("only functions, classes and layers are followed by brackets; is a * missing?"),
        )

    def run(self, function: Function, arguments: list[Value], named: dict[str, Value] | None = None) -> Value:
        """Runs a function of the program."""
        if named or len(arguments) != function.plain:
            arguments = bound(function, arguments, named or {})
        self.steps = spent = self.steps + 1
        if spent >= self.check_at:
            self.look()
        if self.depth >= self.limits.calls:
            raise LimitError(
                Message("more than {limit} calls wait for each other", limit=self.limits.calls),
                hint=Message("does `{name}` call itself without an end?", name=function.name),
            )
        self.depth += 1
        outer = self.scope
        self.scope = (outer, function.name)
        try:
            signal = function.body([function.around, *arguments, *function.blank])
        finally:
            self.depth -= 1
            self.scope = outer
        return signal[0] if signal is not None else None

    def _instance(self, kind: Class, arguments: list[Value], named: dict[str, Value] | None) -> Value:
        make = kind.find("__new__")  # only the library's own classes that are no ordinary objects
        if type(make) is Native:
            return self.call(make, arguments, named)
        made = Instance(kind)
        start = kind.find("__init__")
        if start is not UNBOUND:
            self.call(start, [made, *arguments], named)
        elif arguments or named:
            raise SourceError(
                Message("`{name}` takes no arguments", name=kind.name),
                hint=Message("give the class a method `__init__` that takes them"),
            )
        return made

    # --- iterating

    def items(self, value: Value) -> Iterable[Value]:
        """The values in a value, for a loop that charges each; a tensor gives its rows."""
        match value:
            case list() | tuple() | str() | bytes() | range() | dict() | set():
                return value
            case Class(attributes={"__members__": dict() as members}):
                return list(members.values())
            case Once(iterator=iterator):
                return iterator
            case Tensor():
                return self._rows(value)
            case Instance(kind=kind) if (function := kind.find("__next__")) is not UNBOUND:
                return self._by_next(value, function)
            case Instance(kind=kind):
                for name in ("__iter__", "__getitem__"):
                    function = kind.find(name)
                    if function is not UNBOUND:
                        return self.items(self.call(function, [value])) if name == "__iter__" else self._by_index(value)
        if isinstance(value, (Method, Function, Native)):
            name = value.function.name if isinstance(value, Method) else value.name
            raise SourceError(
                Message("`{name}` is not called", name=name),
                hint=Message("write brackets behind its name: {name}()", name=name),
            )
        raise SourceError(
            Message("a value of type `{kind}` cannot be gone through", kind=kind_name(value)),
            hint=Message("a loop goes through a list, a tuple, a range or the rows of a tensor"),
        )

    def _rows(self, value: Tensor) -> Iterable[Value]:
        rows: list[Value] = self.library["rows"](self, value)
        self.charge(len(rows))
        return iter(rows)

    def _by_index(self, value: Instance) -> Iterator[Value]:
        get = value.kind.find("__getitem__")
        return self._until(lambda index: self.call(get, [value, index]), "IndexError")

    def _by_next(self, value: Instance, function: Value) -> Iterator[Value]:
        start = value.kind.find("__iter__")
        if start is not UNBOUND:
            value = self.call(start, [value])
        return self._until(lambda _: self.call(function, [value]), "StopIteration")

    def _until(self, take: Callable[[int], Value], ended: str) -> Iterator[Value]:
        """Values until the error of that name comes."""
        for index in count():
            self.charge(1)
            try:
                value = take(index)
            except EngineError as error:
                if self.library["caught"](error, ended):
                    return
                raise
            yield value

    def taken(self, value: Value) -> list[Value]:
        """All values in a value as a list, charged before it is made."""
        source = self.items(value)
        if isinstance(source, (list, tuple, str, bytes, range, dict, set)):
            self.charge(len(source))
            return list(source)
        found: list[Value] = []
        for each in source:
            self.charge(1)
            found.append(each)
        return found
