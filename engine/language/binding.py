"""How the values of a call become the parameters of a function of the program."""

from engine.errors import SourceError
from engine.language.values import Function, Value
from engine.messages import Message


def bound(function: Function, arguments: list[Value], named: dict[str, Value]) -> list[Value]:
    """The arguments as the function's parameters, in the order of its slots."""
    takes = function.parameters
    positional = takes.positional
    if len(arguments) > len(positional) and takes.rest is None:
        raise SourceError(
            Message(
                "`{name}` takes {count} values, and {given} are given",
                name=function.name,
                count=len(positional),
                given=len(arguments),
            ),
            hint=Message("the first name in the brackets of a method is self: def {name}(self, …):", name=function.name)
            if function.owner[0] is not None and positional[:1] != ("self",)
            else Message("look at the line that begins with def {name}", name=function.name),
        )
    values = dict(zip(positional, arguments, strict=False))
    extra: dict[str, Value] = {}
    for name, value in named.items():
        if name in values:
            raise SourceError(
                Message("`{name}` gets `{argument}` twice", name=function.name, argument=name),
                hint=Message("give it once, by position or by name"),
            )
        if name in positional or name in takes.keyword_only:
            values[name] = value
        elif takes.rest_named is not None:
            extra[name] = value
        else:
            raise SourceError(
                Message("`{name}` has no argument called `{argument}`", name=function.name, argument=name),
                hint=Message("look at the line that begins with def {name}", name=function.name),
            )
    for name in (*positional, *takes.keyword_only):
        if name not in values:
            if name not in function.defaults:
                raise SourceError(
                    Message("`{name}` is not given its `{argument}`", name=function.name, argument=name),
                    hint=Message("look at the line that begins with def {name}", name=function.name),
                )
            values[name] = function.defaults[name]
    bound = [values[name] for name in (*positional, *takes.keyword_only)]
    if takes.rest is not None:
        bound.append(tuple(arguments[len(positional) :]))
    if takes.rest_named is not None:
        bound.append(extra)
    return bound
