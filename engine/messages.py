"""A sentence with its values kept apart, so that it can be said in another language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, init=False)
class Message:
    """An English template and what goes into it: `Message("`{name}` has no value", name="x")`.

    `str(message)` is the English sentence. A translator looks up `template` and formats it with `values`.
    """

    template: str
    values: "tuple[tuple[str, str | Message], ...]"

    def __init__(self, template: str, /, **values: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(
            self,
            "values",
            tuple((key, value if isinstance(value, Message) else str(value)) for key, value in values.items()),
        )

    def __str__(self) -> str:
        return self.template.format_map(dict(self.values))
