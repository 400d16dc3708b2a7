"""Whatever is sent to the server, it answers, soon and in its own words."""

import random
from pathlib import Path

from tests.conftest import serving
from tests.fuzz.requests import bodies, gets, hunt


def test_hostile_requests_are_answered(tmp_path: Path) -> None:
    """On a server of its own: 201 is the answer to what has not been asked before."""
    with serving(tmp_path) as (_, running):
        statuses, wrong = hunt(running.url, 400, seed=20261126)
    assert wrong == []
    assert sum(statuses.values()) > 350
    assert {200, 201, 400, 404, 422} <= set(statuses)


def test_hostile_requests_are_of_many_kinds() -> None:
    chance = random.Random(3)
    posts, reads = bodies(chance), gets(chance, [])
    made = [next(posts) for _ in range(300)]
    assert len({raw for _, raw in made}) > 200
    assert len({where for where, _ in made}) == 8
    assert len({next(reads)[0] for _ in range(300)}) > 100
