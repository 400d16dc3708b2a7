"""What must hold for any source text: it is run or refused, by the engine's own errors, with a place, in time."""

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import engine
from engine.limits import Limits

SMALL: Final = Limits(
    operations=300,
    steps=3_000,
    elements=5_000,
    elements_in_all=20_000,
    printed_bytes=4 * 1024,
    seconds=1.0,
)
"""Budgets that make a run short; every one of them can still be met."""
SLOW: Final = 2.0
"""Seconds of processor time; no source may take longer."""
INPUTS: Final = dict.fromkeys("xyzw", 1.5)
_BUGS: Final = (AttributeError, AssertionError, NameError, NotImplementedError)
"""Errors of the host that no program should be able to cause; where they come out in words of ours, the words are
vague."""
_VAGUE: Final = "these values do not go together here"


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken claim: what happened, and where (one line that is the same for the same cause)."""

    what: str
    where: str


def finding(text: str, *, limits: Limits = SMALL, clock: Callable[[], float] = time.process_time) -> Finding | None:
    """What is wrong with how the engine takes a source; None if nothing is."""
    started = time.process_time()
    found = _run(text, limits, clock)
    taken = time.process_time() - started
    if found is None and taken > SLOW:
        return Finding(f"took {taken:.1f} s", "slow")
    return found


def _run(text: str, limits: Limits, clock: Callable[[], float]) -> Finding | None:
    try:
        if len(text) % 8 == 0:  # reading twice takes twice the time
            for name in engine.free_names(text, limits=limits):
                if not name.isidentifier():
                    return Finding(f"the free name {name!r}", "free_names")
        run = engine.run(text, inputs=INPUTS, limits=limits, clock=clock)
        run.outlines()
        run.series(["x", "loss"])
        for index in {0, len(run.passes) - 1}:
            run.passes[index].to_json()
        for warning in run.warnings:
            str(warning)
    except engine.EngineError as error:
        return _refused(error, text)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # whatever else comes out is what is looked for
        return Finding(f"{type(error).__name__}: {error}"[:200], _place(error))
    return None


def _refused(error: engine.EngineError, text: str) -> Finding | None:
    """A refusal is a sentence with a hint and a place inside the source."""
    said = str(error)
    if not str(error.message) or error.hint is None or not str(error.hint):
        return Finding(f"no hint: {said}"[:200], f"no hint: {error.message.template}")
    if error.line is None or error.column is None:
        if error.message.template == "there is nothing to compute":
            return None
        return Finding(f"no place: {said}"[:200], f"no place: {error.message.template}")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not (1 <= error.line <= len(lines) and 1 <= error.column <= len(lines[error.line - 1]) + 1):
        return Finding(f"points nowhere: {said}"[:200], f"points nowhere: {error.message.template}")
    cause = error.__context__
    if isinstance(cause, _BUGS) and error.message.template == _VAGUE:
        return Finding(f"vague: {said} for {type(cause).__name__}: {cause}"[:300], f"vague: {_place(cause)}")
    return None


def _place(error: BaseException) -> str:
    """The innermost line of the engine that an error came through, and the error's type."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [each for each in frames if "/engine/" in each.filename]
    last = own[-1] if own else frames[-1] if frames else None
    where = f"{last.filename.rpartition('/engine/')[2]}:{last.name}: {last.line}" if last else "?"
    return f"{type(error).__name__} at {where}"
