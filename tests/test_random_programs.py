"""Random programs have PyTorch's gradients: those on file, and as many live ones as fit into a quarter of a minute."""

import json
import time
from typing import Any, Final

import numpy as np
import pytest

from engine.ops import TABLE
from tests.comparison import HAS_TORCH, unpacked
from tests.fuzz.__main__ import compare
from tests.fuzz.programs import RandomProgram, by_engine, differing, leaves_of, random_program
from tests.record_programs import FILE

RECORDED: Final[list[list[Any]]] = json.loads(FILE.read_text(encoding="utf-8"))
ALWAYS: Final = 1_000
SECONDS: Final = 12.0


def test_programs_on_file_have_the_gradients_on_file() -> None:
    wrong = {record[0]: difference for record in RECORDED if (difference := _kept(record)) is not None}
    assert wrong == {}
    assert len(RECORDED) >= 200


@pytest.mark.skipif(not HAS_TORCH, reason="PyTorch is not installed: the programs on file stand for it")
def test_programs_of_today_have_pytorchs_gradients() -> None:
    said: list[str] = []
    started = time.perf_counter()
    first, _, _ = compare(range(ALWAYS), said.append)
    more, _, _ = compare(range(ALWAYS, 20_000), said.append, until=started + SECONDS)
    compared = first + more
    print(f"{compared:,} random programs compared in {time.perf_counter() - started:.0f} s")
    assert said == []


def test_the_same_seed_is_the_same_program() -> None:
    one, other = random_program(7), random_program(7)
    assert one.source == other.source
    assert all(np.array_equal(one.leaves[name], other.leaves[name]) for name in one.leaves)


def test_programs_share_results_broadcast_reduce_index_and_multiply() -> None:
    sources = [random_program(seed).source for seed in range(300)]
    for mark in ("@", "[", ".sum(", ".mean(", "maximum(", ".reshape(", "cat(", "None]"):
        assert sum(mark in source for source in sources) > 5, mark
    assert sum(source.count("v1") > 2 for source in sources) > 100


@pytest.mark.parametrize("op", ["tanh", "matmul", "transpose"])
def test_a_wrong_rule_is_noticed(op: str) -> None:
    row: Any = TABLE[op]
    name = "local" if op == "tanh" else "vjp"
    right = getattr(row, name)
    wrong = (
        (lambda x, out: (1.0 - out,))
        if op == "tanh"
        else tuple((lambda g, *_, rule=rule: rule(g, *_) * 1.001) for rule in right)
    )
    object.__setattr__(row, name, wrong)  # a row is frozen
    try:
        found = [program for program in map(_kept, RECORDED) if program is not None]
    finally:
        object.__setattr__(row, name, right)
    assert len(found) > 5


def _kept(record: list[Any]) -> str | None:
    seed, lines, kept = record
    return differing(RandomProgram(tuple(lines), leaves_of(seed)).gradients(by_engine), unpacked(kept).gradients)
