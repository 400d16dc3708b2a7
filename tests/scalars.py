"""Numbers of a snapshot that are known to be numbers."""

from engine.snapshot import Shown


def scalar(value: Shown | None) -> float:
    """The number itself; fails where an array or nothing stands."""
    assert isinstance(value, float)
    return value


def reached(value: Shown | None) -> float | None:
    """A gradient that is a number or was not reached."""
    return None if value is None else scalar(value)
