"""Work that takes longer than its caller waits: progress, collection, cancelling, and workers that are free again."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from app.tickets import preferred_wait
from engine.limits import DEFAULT
from tests.conftest import serving

PATIENT = {"Prefer": "respond-async"}


def training(passes: int) -> str:
    """Five results a pass; a thousand passes take about a quarter of a second."""
    return f"""import torch
w = torch.tensor(1.0, requires_grad=True)
for k in range({passes}):
    loss = (w * 2 - 3) ** 2
    loss.backward()
    w.data = w.data - 0.0001 * w.grad
    w.grad.zero_()
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server with one worker: whoever holds it is noticed."""
    with (
        serving(tmp_path_factory.mktemp("alone"), workers=1) as (_, running),
        httpx.Client(base_url=running.url, timeout=30) as client,
    ):
        yield client


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Waits until something is true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def quick(client: httpx.Client) -> float:
    """Seconds until a small program that nobody has asked for is answered."""
    begun = time.monotonic()
    program = {"source": "x*x", "inputs": {"x": begun}}
    client.post("/api/v1/runs", json=program).raise_for_status()
    return time.monotonic() - begun


def test_short_work_is_answered_at_once_whatever_is_preferred(alone: httpx.Client) -> None:
    program = {"source": "x*x", "inputs": {"x": 3.0}}
    answer = alone.post("/api/v1/runs", json=program, headers={"Prefer": "respond-async, wait=5"})
    assert answer.status_code == 201
    assert answer.json()["passes"][0]["value"] == 9.0


def test_who_would_rather_come_again_sees_how_far_it_is_and_collects_the_same_answer(alone: httpx.Client) -> None:
    program = {"source": training(1_500)}
    begun = alone.post("/api/v1/runs", json=program, headers=PATIENT)
    assert begun.status_code == 202
    assert begun.headers["preference-applied"] == "respond-async, wait=0"
    place = begun.headers["location"]
    seen: list[dict[str, Any]] = []

    def told() -> bool:
        seen.append(alone.get(place).raise_for_status().json())
        return bool(seen[-1]["state"] == "done")

    until(told)
    passes = [each["passes"] for each in seen]
    assert passes == sorted(passes)
    assert any(0 < each < 1_500 for each in passes), passes
    assert all(abs(each["operations"] - 5 * each["passes"]) <= 10 for each in seen)
    assert seen[0]["limits"]["operations"] == DEFAULT.operations
    answer = alone.get(begun.json()["links"]["answer"])
    assert answer.status_code == 201
    plain = alone.post("/api/v1/runs", json=program)
    assert plain.status_code == 200
    assert answer.json() == plain.json()
    assert answer.headers["location"] == plain.headers["location"]


def test_an_answer_can_be_waited_for(alone: httpx.Client) -> None:
    begun = alone.post("/api/v1/runs?brief=true", json={"source": training(1_000)}, headers=PATIENT)
    assert alone.get(begun.json()["links"]["answer"]).json()["passes"][0]["index"] == 0


def test_what_is_wrong_with_a_program_is_told_to_who_collects(alone: httpx.Client) -> None:
    begun = alone.post("/api/v1/runs", json={"source": training(1_000) + "x = sin2(w)"}, headers=PATIENT)
    assert begun.status_code == 202
    answer = alone.get(begun.json()["links"]["answer"], headers={"Accept-Language": "zh"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["line"] == 8
    assert answer.json()["title"] == "无法读懂源代码"


def test_cancelling_sets_the_worker_free(alone: httpx.Client) -> None:
    begun = alone.post("/api/v1/films", json={"source": training(19_000)}, headers=PATIENT)
    place = begun.headers["location"]
    until(lambda: alone.get(place).json()["passes"] > 0)
    assert alone.delete(place).status_code == 204
    assert quick(alone) < 1.0
    assert alone.get(place).json()["state"] == "cancelled"
    assert alone.get(begun.json()["links"]["answer"]).status_code == 410
    assert alone.delete(place).status_code == 204
    assert alone.get(place).status_code == 404


def test_cancelling_ends_what_the_engine_does_not_look_up_from(alone: httpx.Client) -> None:
    """A film of many nodes is drawn outside of the engine."""
    lines = "\n".join(f"x{k + 1} = x{k} * w" for k in range(390))
    source = f"{lines}\nfor k in range(11000):\n    x390 = x390 * 1.0001 + w"
    program = {"source": source, "inputs": {"x0": 1.0, "w": 1.0}}
    begun = alone.post("/api/v1/films", json=program, headers=PATIENT)
    place = begun.headers["location"]
    until(lambda: alone.get(place).json()["state"] == "drawing")
    alone.delete(place)
    assert quick(alone) < 0.5


def test_what_waits_for_its_turn_can_be_cancelled(alone: httpx.Client) -> None:
    places = [
        alone.post("/api/v1/films", json={"source": training(18_000 + k)}, headers=PATIENT).headers["location"]
        for k in range(6)
    ]
    assert alone.get(places[-1]).json()["state"] == "waiting"
    for place in reversed(places):
        alone.delete(place)
    assert quick(alone) < 1.0


def test_who_hangs_up_sets_the_worker_free(alone: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        alone.post("/api/v1/runs", json={"source": training(19_001)}, timeout=0.3)
    assert quick(alone) < 1.5
    answer = alone.post("/api/v1/runs?brief=true", json={"source": training(1_001)}, timeout=20)
    assert answer.status_code == 201  # nor is anything kept of the other, or known
    known = alone.get("/api/v1/runs/" + "a" * 26)
    assert known.status_code == 404


def test_the_same_program_can_be_asked_for_again_after_it_was_cancelled(alone: httpx.Client) -> None:
    program = {"source": training(1_600)}
    begun = alone.post("/api/v1/runs", json=program, headers=PATIENT)
    alone.delete(begun.headers["location"])
    again = alone.post("/api/v1/runs", json=program)
    assert again.status_code == 201
    assert len(again.json()["passes"]) == 1_600


def test_many_who_come_and_go_leave_room_for_others(alone: httpx.Client) -> None:
    """More than there are lines on the board."""

    def come_and_go(k: int) -> int:
        begun = alone.post("/api/v1/films", json={"source": training(17_000 + k)}, headers=PATIENT)
        return alone.delete(begun.headers["location"]).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(come_and_go, range(150))) == {204}
    assert quick(alone) < 1.5


def test_preferences_are_read_as_the_standard_says() -> None:
    assert preferred_wait([]) is None
    assert preferred_wait(["wait=10"]) is None
    assert preferred_wait(["respond-async"]) == 0
    assert preferred_wait(["Respond-Async, wait=3"]) == 3
    assert preferred_wait(["return=minimal", 'respond-async; foo="a", WAIT = 2']) == 2
    assert preferred_wait(["respond-async, wait=x"]) == 0
    assert preferred_wait(["respond-async, wait=999999999"]) == 10
