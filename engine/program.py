"""Runs a source: instructions in, recorded tensors out, one pass per run of an expression."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine import recording, source, tensor
from engine.errors import InputError, LimitError
from engine.limits import DEFAULT, Limits
from engine.messages import Message
from engine.snapshot import Snapshot
from engine.source import Apply, Load, Number, Store
from engine.tensor import Origin, Tensor


@dataclass(frozen=True, slots=True)
class Run:
    """All passes of one program. `inputs` are the leaves' values that were used, `printed` what it printed,
    `warnings` what deserves a second look."""

    source: str
    inputs: Mapping[str, float]
    passes: tuple[Snapshot, ...]
    printed: str = ""
    warnings: tuple[Message, ...] = ()


def run(text: str, *, inputs: Mapping[str, float] | None = None, limits: Limits = DEFAULT) -> Run:
    """Evaluates `text`, differentiates its last value and records both as a `Snapshot`.

    `inputs` gives the free names their values (scalars) and may replace the number of a leaf that the source
    sets itself (`x = 1.0`). Raises `SourceError`, `InputError` or `LimitError`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    given = _checked(inputs or {}, limits)
    tape = _Tape(given, limits)
    instructions = source.parse(text, limits=limits)
    _require(instructions, given)
    output = tape.play(instructions)
    taken = {name: leaf.value for name, leaf in tape.leaves.items()}
    warnings = tuple(Message("the input `{name}` is not used", name=name) for name in given if name not in tape.leaves)
    picture = recording.record(output, tensors=tape.tensors, source=text)
    return Run(text, taken, (picture,), warnings=warnings)


def free_names(text: str, *, limits: Limits = DEFAULT) -> tuple[str, ...]:
    """The names a source leaves open, in the order of their first use: the inputs it needs."""
    return tuple(load.name for load in _free(source.parse(text, limits=limits)))


class _Tape:
    """Plays instructions on a stack and keeps every tensor in the order it was made."""

    def __init__(self, inputs: Mapping[str, float], limits: Limits) -> None:
        self.inputs = inputs
        self.limits = limits
        self.tensors: list[Tensor] = []
        self.leaves: dict[str, Tensor] = {}
        self.names: dict[str, Tensor] = {}

    def play(self, instructions: tuple[source.Instruction, ...]) -> Tensor:
        """Returns the value of the last line."""
        stack: list[Tensor] = []
        for step in instructions:
            match step:
                case Number(value, span):
                    stack.append(self._keep(tensor.constant(value), Origin("constant", None, span)))
                case Load(name, span):
                    known = self.names.get(name)
                    stack.append(self._leaf(name, self.inputs[name], span) if known is None else known)
                case Apply(op, count, attributes, span):
                    operands = stack[-count:]
                    del stack[-count:]
                    made = tensor.apply(op, *operands, attributes=attributes)
                    stack.append(self._keep(made, Origin("op", None, span)))
                case Store(name):
                    output = stack.pop()
                    if name is not None:
                        output = self.names[name] = self._named(output, name)
        return output

    def _named(self, value: Tensor, name: str) -> Tensor:
        origin = value.origin or Origin()
        if origin.kind == "constant" and origin.name is None:  # `x = 1.0` sets a leaf
            self.tensors.pop()
            number = value.value if name in self.leaves else self.inputs.get(name, value.value)
            return self._leaf(name, number, origin.span)
        if origin.name is None:
            value.origin = Origin(origin.kind, name, origin.span)
        return value

    def _leaf(self, name: str, value: float, span: tensor.Span | None) -> Tensor:
        leaf = self._keep(tensor.tensor(value, requires_grad=True), Origin("leaf", name, span))
        self.names[name] = leaf
        self.leaves.setdefault(name, leaf)  # `inputs` speak of the first leaf of a name
        return leaf

    def _keep(self, made: Tensor, origin: Origin) -> Tensor:
        if len(self.tensors) >= self.limits.operations:
            raise LimitError(
                Message("the program makes more than {limit} results", limit=self.limits.operations),
                line=origin.span[0] if origin.span else None,
                column=origin.span[1] + 1 if origin.span else None,
            )
        made.origin = origin
        self.tensors.append(made)
        return made


def _free(instructions: tuple[source.Instruction, ...]) -> tuple[Load, ...]:
    """The first use of every name that nothing was stored under before."""
    stored: set[str] = set()
    found: dict[str, Load] = {}
    for step in instructions:
        if isinstance(step, Load) and step.name not in stored:
            found.setdefault(step.name, step)
        elif isinstance(step, Store) and step.name is not None:
            stored.add(step.name)
    return tuple(found.values())


def _require(instructions: tuple[source.Instruction, ...], inputs: Mapping[str, float]) -> None:
    missing = [load for load in _free(instructions) if load.name not in inputs]
    if missing:
        line, column, *_ = missing[0].span
        names = ", ".join(f"`{load.name}`" for load in missing)
        example = ", ".join(f'"{load.name}": 1.0' for load in missing)
        raise InputError(
            Message("{names} has no value", names=names)
            if len(missing) == 1
            else Message("{names} have no value", names=names),
            hint=Message(
                "give inputs such as {{{example}}}, or a line such as {name} = 1.0",
                example=example,
                name=missing[0].name,
            ),
            line=line,
            column=column + 1,
        )


def _checked(inputs: Mapping[str, float], limits: Limits) -> dict[str, float]:
    if len(inputs) > limits.inputs:
        raise LimitError(
            Message("there are {count} inputs; the limit is {limit}", count=len(inputs), limit=limits.inputs)
        )
    checked: dict[str, float] = {}
    for name, value in inputs.items():
        normal = source.normal_name(name)
        if not normal.isidentifier() or len(normal) > limits.name_characters:
            shown = name if name.isprintable() and len(name) <= limits.name_characters else "…"
            raise InputError(Message("`{name}` cannot be the name of an input", name=shown))
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise InputError(
                Message("the input `{name}` is not a number", name=normal),
                hint=Message("inputs are numbers such as 1.0"),
            )
        try:
            checked[normal] = float(value)
        except OverflowError:
            raise InputError(Message("the input `{name}` is too large", name=normal)) from None
    return checked
