"""Every budget of the engine, with its reason; a refusal names the limit it met."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run may use. The defaults suit a public server; a program of one's own may raise them."""

    source_bytes: int = 16 * 1024  # Python's parser needs about 3 kB of memory per byte at its worst
    lines: int = 400  # more cannot be followed on a screen
    brackets: int = 64  # Python's parser recurses once per open bracket
    tokens: int = 400  # in one logical line; Python's parser recurses once per prefix operator
    digits: int = 18  # of a whole number; longer ones take quadratic time to read
    name_characters: int = 64  # a name stands on a card of the graph
    inputs: int = 1_000  # leaves given with one run
    operations: int = 100_000  # recorded results; each is a few hundred bytes of snapshot
    nesting: int = 64  # one thing inside another in the source; the host recurses once per level
    calls: int = 64  # functions waiting for each other; the host recurses several times per call
    steps: int = 2_000_000  # lines, iterations and items of lists; about a second
    elements: int = 1_000_000  # of one tensor
    elements_in_all: int = 4_000_000  # of all tensors that the passes keep, and of those since the last one
    whole_bits: int = 8_192  # of a whole number while it is computed with
    text_width: int = 1_000  # of one formatted number or padded text
    printed_bytes: int = 64 * 1024  # more is not read
    seconds: float = 5.0  # by the clock that `engine.run` is given; the server gives the time its own work takes


DEFAULT = Limits()
