"""Sources that once broke something are run or refused as they should be, and so are changed programs of today."""

import random
from typing import Final

import pytest

from engine.errors import EngineError, InputError
from engine.messages import Message
from tests.fuzz import claim
from tests.fuzz.mutation import LONGEST, crossed, mutated, seeds
from tests.stages import DATA

FOUND: Final = [
    line.replace("⏎", "\n")
    for line in (DATA / "found.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("# ")
]


@pytest.mark.parametrize("source", FOUND)
def test_what_was_found_is_mended(source: str) -> None:
    assert claim.finding(source) is None


def test_changed_programs_are_run_or_refused() -> None:
    chance = random.Random(20261126)
    sources = [mutated(chance.choice(seeds()), chance) for _ in range(1_500)]
    assert {source: found for source in sources if (found := claim.finding(source)) is not None} == {}


def test_changes_keep_most_sources_readable_and_short() -> None:
    chance = random.Random(1)
    made = [mutated(chance.choice(seeds()), chance) for _ in range(600)]
    made += [crossed(chance.choice(seeds()), chance.choice(seeds()), chance) for _ in range(200)]
    assert all(len(source) <= LONGEST for source in made)
    assert len(set(made)) > 700
    assert sum(_reads(source) for source in made) > 250


def _reads(source: str) -> bool:
    try:
        compile(source, "sample", "exec", flags=0x400)  # the tree only
    except (SyntaxError, ValueError):
        return False
    return True


@pytest.mark.parametrize(
    ("error", "where"),
    [
        (KeyError("a"), "KeyError"),
        (RecursionError(), "RecursionError"),
        (InputError(Message("no"), line=1, column=1), "no hint"),
        (InputError(Message("no"), hint=Message("yes")), "no place"),
        (InputError(Message("no"), hint=Message("yes"), line=1, column=99), "points nowhere"),
        (InputError(Message("no"), hint=Message("yes"), line=9, column=1), "points nowhere"),
    ],
    ids=str,
)
def test_a_broken_claim_is_a_finding(monkeypatch: pytest.MonkeyPatch, error: Exception, where: str) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("engine.run", broken)
    found = claim.finding("x")
    assert found is not None
    assert found.where.startswith(where)
    assert isinstance(error, EngineError) == (where not in ("KeyError", "RecursionError"))


def test_a_slow_source_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, claim.SLOW + 1.0])
    monkeypatch.setattr("tests.fuzz.claim.time.process_time", lambda: next(times))
    found = claim.finding("x", clock=lambda: 0.0)
    assert found is not None
    assert found.where == "slow"
