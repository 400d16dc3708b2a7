"""How the values of a call become the parameters of a function of the program."""

from collections.abc import Container, Sequence

from engine.errors import SourceError
from engine.language.values import Function, Value
from engine.messages import Message


def matched(
    name: str,
    positional: Sequence[str],
    accepted: Container[str],
    given: Sequence[Value],
    named: dict[str, Value],
    look: Message,
) -> dict[str, Value]:
    """The values of a call by the names they go to: `given` in order to the `positional` ones, `named` to any that is
    `accepted`. `look` says where the names stand."""
    if len(given) > len(positional):
        raise SourceError(
            Message(
                "`{name}` takes {count} values, and {given} are given",
                name=name,
                count=len(positional),
                given=len(given),
            ),
            hint=look,
        )
    values = dict(zip(positional, given, strict=False))
    for argument, value in named.items():
        if argument in values:
            raise SourceError(
                Message("`{name}` gets `{argument}` twice", name=name, argument=argument),
                hint=Message("give it once, by position or by name"),
            )
        if argument not in accepted:
            raise SourceError(
                Message("`{name}` has no argument called `{argument}`", name=name, argument=argument), hint=look
            )
        values[argument] = value
    return values


def missing(name: str, argument: str, look: Message) -> SourceError:
    """A value that was not given and has no default."""
    return SourceError(Message("`{name}` is not given its `{argument}`", name=name, argument=argument), hint=look)


def bound(function: Function, arguments: list[Value], named: dict[str, Value]) -> list[Value]:
    """The arguments as the function's parameters, in the order of its slots."""
    takes = function.parameters
    positional, accepted = takes.positional, (*takes.positional, *takes.keyword_only)
    look = Message("look at the line that begins with def {name}", name=function.name)
    if (
        function.owner[0] is not None
        and positional[:1] not in (("self",), ("ctx",))
        and takes.rest is None
        and len(arguments) > len(positional)
    ):
        look = Message("the first name in the brackets of a method is self: def {name}(self, …):", name=function.name)
    rest: tuple[Value, ...] = ()
    extra: dict[str, Value] = {}
    if takes.rest is not None:
        arguments, rest = arguments[: len(positional)], tuple(arguments[len(positional) :])
    if takes.rest_named is not None:
        extra = {name: value for name, value in named.items() if name not in accepted}
        named = {name: value for name, value in named.items() if name in accepted}
    values = matched(function.name, positional, accepted, arguments, named, look)
    for name in accepted:
        if name not in values:
            if name not in function.defaults:
                raise missing(function.name, name, look)
            values[name] = function.defaults[name]
    bound = [values[name] for name in accepted]
    if takes.rest is not None:
        bound.append(rest)
    if takes.rest_named is not None:
        bound.append(extra)
    return bound
