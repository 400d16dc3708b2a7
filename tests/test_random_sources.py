"""Random programs as students could write them print what PyTorch prints, and have its gradients in every pass."""

import time
from typing import Final

import pytest

from tests.comparison import HAS_TORCH
from tests.fuzz.against import compared, recorded
from tests.fuzz.agreement import Told, by_engine, differing
from tests.fuzz.sources import random_source

RECORDED: Final = recorded()
SECONDS: Final = 5.0


@pytest.mark.parametrize(("seed", "source", "told"), RECORDED, ids=[str(seed) for seed, _, _ in RECORDED])
def test_a_program_on_file_prints_and_differentiates_as_with_pytorch(seed: int, source: str, told: Told) -> None:
    assert differing(by_engine(source), told) is None


def test_the_programs_on_file_are_many_and_go_backward_several_times() -> None:
    assert len(RECORDED) >= 60
    assert all(told.printed and not told.ended for _, _, told in RECORDED)
    assert sum(len(told.gradients) > 1 for _, _, told in RECORDED) > 30
    text = "\n".join(source for _, source, _ in RECORDED)
    for mark in (
        *("for ", "while ", "def ", "lambda", "class ", "if ", "elif ", "nn.Module", "torch.no_grad()", "optimizer"),
        *(
            "try:",
            "f'",
            " for k in ",
            "@ ",
            ".backward(",
            "autograd.grad",
            "+= ",
            "global ",
            "zip(",
            "enumerate(",
            "super()",
        ),
    ):
        assert text.count(mark) > 1, mark


@pytest.mark.skipif(not HAS_TORCH, reason="PyTorch is not installed: the programs on file stand for it")
def test_programs_of_today_print_and_differentiate_as_with_pytorch() -> None:
    started, seeds = time.perf_counter(), iter(range(10_000))
    found: dict[int, str] = {}
    tried = 0
    while tried < 20 or time.perf_counter() - started < SECONDS:
        seed = next(seeds)
        difference = compared(seed)
        tried += 1
        if difference is not None:
            found[seed] = difference
    print(f"{tried} random programs compared")
    assert found == {}


def test_the_same_seed_is_the_same_program() -> None:
    assert random_source(7) == random_source(7) != random_source(8)


def test_what_differs_is_noticed() -> None:
    _, _, told = RECORDED[0]
    assert differing(told, told) is None
    assert differing(Told(told.printed + "more\n", told.gradients), told) is not None
    assert differing(Told(told.printed.replace("0.", "0.9", 1), told.gradients), told) is not None
    assert differing(Told(told.printed, told.gradients[:-1]), told) is not None
    wrong = [[[number * 1.01 + 0.01 for number in leaf] for leaf in leaves] for leaves in told.gradients]
    assert differing(Told(told.printed, wrong), told) is not None
