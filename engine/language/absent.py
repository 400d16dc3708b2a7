"""What a program imports and is not here: refused where it is used, since many an import is never used."""

from engine.errors import SourceError
from engine.language.values import Namespace
from engine.messages import Message


class Absent(Namespace):
    """A module that is not here, or what was imported from it."""

    __slots__ = ("reason",)

    def __init__(self, name: str, reason: Message) -> None:
        super().__init__(name, {})
        self.reason = reason

    def refusal(self) -> SourceError:
        """What is said where it is used."""
        return SourceError(Message("`{name}` is not here", name=self.name), hint=self.reason)
