"""How a source is taken: which part of the reading refuses it, and what the data files of refused sources say."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import engine
from engine.language import gate, grammar
from engine.language.reading import Source
from engine.limits import DEFAULT

DATA: Final = Path(__file__).parent / "data"
INPUTS: Final[Mapping[str, float]] = {"x": 3.0, "y": 2.0, "z": 5.0, "w": 1.5}


class Refused(NamedTuple):
    """A line of a data file: which part refuses the source, with what kind of error, where, and what is named."""

    stage: str
    kind: str
    place: str
    named: str
    source: str


def refused(name: str) -> list[Refused]:
    """The lines of a data file: `stage | kind | line:column | named | source`, ⏎ for a line's end, # for remarks."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    parts = [line.split(" | ", 4) for line in lines if line and not line.startswith("# ")]
    return [
        Refused(stage.strip(), kind.strip(), place.strip(), named.strip(), source.replace("⏎", "\n"))
        for stage, kind, place, named, source in parts
    ]


def accepted(name: str) -> list[tuple[str, str]]:
    """The lines of a data file of sources and what they print: `source ⇒ printed`."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    parts = [line.split(" ⇒ ") for line in lines if line and not line.startswith("# ")]
    return [(source.replace("⏎", "\n"), printed.replace("⏎", "\n")) for source, printed in parts]


def stage_of(source: str) -> str:
    """Where a refused source is stopped: by the gate before Python's parser, the parser, the whitelist of its nodes,
    the look-up of its names, or while it runs."""
    try:
        gate.check(source, limits=DEFAULT)
    except engine.EngineError:
        return "gate"
    try:
        read = Source(source)
    except engine.EngineError:
        return "parser"
    try:
        grammar.check(read, DEFAULT)
    except engine.EngineError:
        return "whitelist"
    try:
        return "run" if set(engine.free_names(source)) <= set(INPUTS) else "names"
    except engine.EngineError:
        return "names"


def seen(source: str) -> Refused | None:
    """How the engine refuses a source, None if it does not; what is named is the first quoted part of the message."""
    try:
        engine.run(source, inputs=INPUTS)
    except engine.EngineError as error:
        said = str(error.message)
        named = said.split("`")[1] if said.count("`") >= 2 else said
        return Refused(
            stage_of(source), type(error).__name__.removesuffix("Error"), f"{error.line}:{error.column}", named, source
        )
    return None
