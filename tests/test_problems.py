"""Whatever is sent, the answer is an answer: never a fault, never a hang, always a document that says what to do."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.runs import Runs
from app.server import create_app
from app.settings import BODY_BYTES, WAITING_JOBS, Settings
from app.work import Workshop
from tests.conftest import Server, serving

Json = dict[str, Any]

JSON = {"Content-Type": "application/json"}
POSTS = ["/api/v1/runs", "/api/v1/films", "/api/v1/check"]
MEMBERS = {"type", "title", "status", "detail", "hint", "line", "column", "errors", "printed"}


def problem(answer: httpx.Response) -> Json:
    """A problem document with all its members, in a language, and nothing else."""
    assert 400 <= answer.status_code < 500, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    document: Json = answer.json()
    assert set(document) <= MEMBERS
    assert document["type"].startswith("urn:gradstep:problem:")
    assert document["status"] == answer.status_code
    for member in ("title", "detail", *(["hint"] if "hint" in document else [])):
        assert document[member]
        assert isinstance(document[member], str)
    if "line" in document:
        assert document["line"] >= 1
        assert document["column"] >= 1
    return document


def answered(answer: httpx.Response) -> None:
    """Either all is well or there is a problem document; nothing breaks."""
    if answer.status_code in (200, 201):
        answer.json()
    else:
        problem(answer)


def test_what_a_program_printed_before_it_is_refused_is_told(client: httpx.Client) -> None:
    for source, printed in {
        "import torch\nprint('before')\ntorch.onse(1)": "before\n",
        "import numpy as np\nW = np.ones((1, 2))\nprint(W.sum())": "2.0\n",
    }.items():
        document = problem(client.post("/api/v1/runs", json={"source": source}))
        assert document["printed"] == printed
    assert "W = torch.tensor(W, requires_grad=True)" in document["hint"]
    assert "printed" not in problem(client.post("/api/v1/runs", json={"source": "x +"}))


def submit(client: httpx.Client, source: str, inputs: Mapping[str, float | str] = {}, lang: str = "en") -> Json:
    headers = {"Accept-Language": lang}
    return problem(client.post("/api/v1/runs", json={"source": source, "inputs": dict(inputs)}, headers=headers))


def echoed(document: Json, sent: str) -> int:
    """The length of the longest piece of what was sent that stands in the document."""
    text = json.dumps(document, ensure_ascii=False)
    longest = 0
    for begin in range(0, len(sent), 50):
        while sent[begin : begin + longest + 1] in text and begin + longest < len(sent):
            longest += 1
    return longest


# --- what is wrong, where, and what to do


@pytest.mark.parametrize(
    ("source", "line", "column", "english", "chinese"),
    [
        (
            "y = x^2",
            1,
            5,
            ("The source cannot be read", "`^` is not a power", "write ** for a power: x**2"),
            ("无法读懂源代码", "`^` 不是乘方", "乘方请写 **：x**2"),
        ),
        (
            "y = x\nz = (y + ",
            2,
            5,
            ("The source cannot be read", "this is not a complete formula", "a bracket is still open"),
            ("无法读懂源代码", "这个式子不完整", "有括号没有闭合"),
        ),
        (
            "损失 = 甲 * sgmoid(乙)",
            1,
            10,
            ("The source cannot be read", "`sgmoid` is not an operation", "did you mean `sigmoid`?"),
            ("无法读懂源代码", "`sgmoid` 不是运算", "是不是想写 `sigmoid`？"),
        ),
        (
            "x * w + b",
            1,
            5,
            (
                "A value is missing or wrong",
                "`w`, `b` have no value",
                'give inputs such as {"w": 1.0, "b": 1.0}, or a line such as w = 1.0',
            ),
            ("缺少数值或数值有误", "`w`, `b` 还没有值", '请给出输入，如 {"w": 1.0, "b": 1.0}，或写一行 w = 1.0'),
        ),
    ],
)
def test_a_bad_program_is_told_where_and_what_to_do_in_the_readers_language(
    client: httpx.Client,
    source: str,
    line: int,
    column: int,
    english: tuple[str, str, str],
    chinese: tuple[str, str, str],
) -> None:
    body = {"source": source, "inputs": {"x": 1.0}}
    for query, accepted, expected in (
        ("", "en-GB,en;q=0.9", english),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", chinese),
        ("", "de, zh; q=0.5", chinese),
        ("", "fr", english),
        ("?lang=zh", "en", chinese),
        ("?lang=en", "zh", english),
    ):
        for address in ("/api/v1/runs", "/api/v1/check"):
            answer = client.post(address + query, json=body, headers={"Accept-Language": accepted})
            document = problem(answer)
            assert answer.status_code == 422
            assert (document["line"], document["column"]) == (line, column)
            assert (document["title"], document["detail"], document["hint"]) == expected


@pytest.mark.parametrize("name", ["w", "学习率", "v1"])
def test_a_missing_input_is_named(client: httpx.Client, name: str) -> None:
    document = submit(client, f"x * {name}", {"x": 1.0})
    assert document["type"] == "urn:gradstep:problem:input"
    assert f"`{name}`" in document["detail"]
    assert f'{{"{name}": 1.0}}' in document["hint"]


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("x" * 20_000, "20000"),
        ("(" * 100 + "x" + ")" * 100, "64"),
        ("x\n" * 500, "400"),
        ("+".join(["x"] * 300), "400"),
        ("1" * 5000, "18"),
        ("n" * 100, "64"),
    ],
)
def test_a_limit_is_named(client: httpx.Client, source: str, word: str) -> None:
    document = submit(client, source)
    assert document["type"] == "urn:gradstep:problem:limit"
    assert word in document["detail"]


# --- hostile bodies


def deep(opening: str, closing: str, depth: int) -> str:
    return opening * depth + closing * depth


HOSTILE = {
    "empty": b"",
    "blank": b"   ",
    "not json": b"x*w",
    "cut off": b'{"source": "x',
    "null": b"null",
    "a number": b"5",
    "a string": b'"x*w"',
    "a list": b"[]",
    "an empty object": b"{}",
    "NaN as an input": b'{"source": "x", "inputs": {"x": NaN}}',
    "Infinity as an input": b'{"source": "x", "inputs": {"x": -Infinity}}',
    "1e999 as an input": b'{"source": "x", "inputs": {"x": 1e999}}',
    "NaN as the source": b'{"source": NaN}',
    "NaN as a body": b"NaN",
    "NaN as a seed": b'{"source": "x", "seed": NaN}',
    "Infinity as a seed": b'{"source": "x", "seed": Infinity}',
    "a huge seed": b'{"source": "3", "seed": 9223372036854775808}',
    "a negative seed": b'{"source": "3", "seed": -1}',
    "a seed that is a float": b'{"source": "3", "seed": 1.5}',
    "a seed that is a string": b'{"source": "3", "seed": "1"}',
    "lone surrogate in the source": b'{"source": "x\\ud800"}',
    "lone surrogate in a key": b'{"source": "x", "inputs": {"x\\udfff": 1}}',
    "lone surrogate in a value": b'{"source": "x", "inputs": {"x": "\\ud800"}}',
    "lone surrogate in a member": b'{"source": "x", "\\ud83d": 1}',
    "null source": b'{"source": null}',
    "list source": b'{"source": ["x"]}',
    "number source": b'{"source": 3}',
    "true source": b'{"source": true}',
    "list inputs": b'{"source": "x", "inputs": [1]}',
    "null inputs": b'{"source": "x", "inputs": null}',
    "nested inputs": b'{"source": "x", "inputs": {"x": {"x": 1}}}',
    "string input": b'{"source": "x", "inputs": {"x": "1"}}',
    "true input": b'{"source": "x", "inputs": {"x": true}}',
    "null input": b'{"source": "x", "inputs": {"x": null}}',
    "other words for NaN": b'{"source": "x", "inputs": {"x": "nan"}}',
    "unknown member": b'{"source": "x", "input": {"x": 1}}',
    "brackets": deep("[", "]", 30_000).encode(),
    "unclosed brackets": b"[" * 60_000,
    "nested inputs, deep": b'{"source": "x", "inputs": {"x": ' + deep("[", "]", 20_000).encode() + b"}}",
    "nested objects": b'{"a":' * 10_000,
    "a huge whole number": b'{"source": "x", "inputs": {"x": ' + b"9" * 5_000 + b"}}",
    "a large whole number": b'{"source": "x", "inputs": {"x": 1' + b"0" * 400 + b"}}",
    "a long decimal": b'{"source": "x^", "inputs": {"x": 0.' + b"1" * 50_000 + b"}}",
    "a long exponent": b'{"source": "x", "inputs": {"x": 1e' + b"9" * 5_000 + b"}}",
    "NUL in the source": b'{"source": "x\\u0000"}',
    "a raw NUL": b'{"source": "x\x00"}',
    "invalid UTF-8": b'{"source": "\xff\xfe"}',
    "UTF-16": '{"source": "x^"}'.encode("utf-16"),
    "control characters": b'{"source": "x\\u001b[31m\\u202e"}',
    "empty source": b'{"source": ""}',
    "blank source": b'{"source": " \\n\\t "}',
    "a long name": b'{"source": "x", "inputs": {"' + b"n" * 9_000 + b'": null}}',
    "a long member": b'{"source": "x", "' + b"n" * 9_000 + b'": 1}',
    "empty name": b'{"source": "x", "inputs": {"": 1}}',
    "ten thousand inputs": json.dumps({"source": "x", "inputs": dict.fromkeys(map(str, range(10_000)), 1)}).encode(),
    "names that are numbers": json.dumps({"source": "x", "inputs": dict.fromkeys(map(str, range(4_000)), 1)}).encode(),
    "many good inputs": json.dumps({"source": "x", "inputs": {f"a{k}": 1 for k in range(4_000)}}).encode(),
}


@pytest.mark.parametrize("address", POSTS)
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_body_gets_a_problem_document(client: httpx.Client, address: str, body: bytes) -> None:
    document = problem(client.post(address, content=body, headers=JSON))
    assert echoed(document, body.decode(errors="replace")) <= 200


def test_of_a_repeated_key_the_last_one_counts_as_everywhere_in_json(client: httpx.Client) -> None:
    body = b'{"source": "y", "source": "x", "inputs": {"x": 1, "x": 2}, "seed": 5, "seed": 0}'
    run = client.post("/api/v1/runs", content=body, headers=JSON).raise_for_status().json()
    assert run == client.post("/api/v1/runs", json={"source": "x", "inputs": {"x": 2.0}}).json()


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense", ""]
)
def test_another_media_type_is_refused(client: httpx.Client, media_type: str) -> None:
    body = b'{"source": "x*x", "inputs": {"x": 3}}'
    problem(client.post("/api/v1/runs", content=body, headers={"Content-Type": media_type}))


@pytest.mark.parametrize("size", [BODY_BYTES + 1, 2 * BODY_BYTES, 50 * BODY_BYTES])
def test_a_body_over_the_limit_is_refused_announced_or_not(client: httpx.Client, size: int) -> None:
    body = b'{"source": "' + b"x" * (size - 14) + b'"}'
    pieces = (body[k : k + 5_000] for k in range(0, size, 5_000))
    for content in (body, pieces):
        document = problem(client.post("/api/v1/runs", content=content, headers=JSON))
        assert document["status"] == 413
        assert str(BODY_BYTES) in document["detail"]


def test_a_body_at_the_limit_is_read(client: httpx.Client) -> None:
    body = b'{"source": "x*x", "inputs": {"x": 3}}'
    padded = body + b" " * (BODY_BYTES - len(body))
    client.post("/api/v1/runs", content=padded, headers=JSON).raise_for_status()
    client.post("/api/v1/runs", content=iter([padded]), headers=JSON).raise_for_status()


def test_a_body_that_never_comes_keeps_nobody_else_waiting(client: httpx.Client, server: Server) -> None:
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port)) as idle:
        idle.sendall(
            b"POST /api/v1/runs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        )
        assert client.get("/").status_code == 200


INJECTIONS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></svg><script>",
    "]]>",
    "&lt;b&gt;",
    '"]; x [URL="javascript:alert(1)"',
    "\\N",
    "<b>bold</b>",
    "{x|y}",
    "\\href{javascript:alert(1)}{x}",
    "$x$",
    "\\text{",
    "{{ 7*7 }}",
    "{x.__class__}",
    "%s%n",
    "__class__",
    "../../etc/passwd",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_injection_is_refused_or_harmless(client: httpx.Client, text: str) -> None:
    for body in (
        {"source": f"{text} * 2", "inputs": {text: 1.0}},
        {"source": text, "inputs": {}},
        {"source": "x * 2", "inputs": {"x": 1.0, text: 1.0}},
        {"source": f"x * 2  # {text}", "inputs": {"x": 1.0}},
    ):
        answer = client.post("/api/v1/runs", json=body)
        answered(answer)
        if answer.status_code in (200, 201):
            for kind in ("page", "svg", "dot"):
                shown = client.get(answer.json()["links"][kind]).raise_for_status().text
                assert "<" not in text or text not in shown


def test_a_thousand_missing_names_are_not_all_repeated(client: httpx.Client) -> None:
    source = "\n".join("y = " + "+".join(f"name{k}_{i}" for i in range(60)) for k in range(20))
    for lang in ("en", "zh"):
        document = submit(client, source, lang=lang)
        assert "name0_0" in document["detail"]
        assert "name19_59" not in json.dumps(document)
        assert len(json.dumps(document)) < 1_000


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/runs/" + "a" * 5_000,
        "/api/v1/runs/%ff%fe",
        "/api/v1/runs/%2e%2e%2f%2e%2e",
        "/api/v1/runs/<script>",
        "/runs/%22%3E%3Cscript%3E",
        "/nowhere/" + "b" * 5_000,
        "/api/v1/examples?lang=" + "z" * 5_000,
        "/examples/%00",
        "/static/../app/api.py",
    ],
)
def test_hostile_addresses_get_a_problem_document_too(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert echoed(problem(answer), path) <= 200


@pytest.mark.parametrize("step", ["9" * 4_000, "x", "99", "-1"])
def test_a_step_that_is_not_there_shows_the_nearest(client: httpx.Client, step: str) -> None:
    answer = client.get("/", params={"step": step})
    assert answer.status_code == 200
    assert "9" * 300 not in answer.text.partition("<main")[2]


def test_a_hostile_pass_or_step_is_not_repeated(client: httpx.Client) -> None:
    run = client.post("/api/v1/runs", json={"source": "x*x", "inputs": {"x": 3}}).json()
    many = "9" * 4_000
    for address in (f"{run['links']['self']}/passes/{many}", f"{run['links']['svg']}?step={many}"):
        assert echoed(problem(client.get(address)), many) <= 200


# --- whatever else Hypothesis thinks of


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
SOURCES = st.text(st.sampled_from("xyw 0123456789.+-*/()=,eE_#\n\t^&|<>[]{}\"'\\:;!@%~é学−²\ud800\x00"), max_size=60)
NUMBERS = st.floats() | st.integers() | st.sampled_from(["NaN", "Infinity", "-Infinity"])
SUBMISSIONS = st.fixed_dictionaries(
    {"source": SOURCES | st.sampled_from(["x*y", "x/y - x**y", "log(x)*y", "relu(x)+abs(y)", "x=1\ny"])},
    optional={
        "inputs": st.dictionaries(st.sampled_from(["x", "y", "w", "e", "学"]), NUMBERS, max_size=5) | ANYTHING,
        "seed": st.integers() | ANYTHING,
        "fill": NUMBERS | ANYTHING,
        "structure": st.text(max_size=70) | ANYTHING,
        "only": st.integers() | ANYTHING,
    },
)
hostile = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@hostile
@given(st.sampled_from(POSTS), ANYTHING | SUBMISSIONS)
@example("/api/v1/films", {"source": "x", "inputs": {"x": 1}, "only": 10**6})
@example("/api/v1/films", {"source": "x", "fill": "NaN"})
@example("/api/v1/runs", {"source": "x=1\ny", "inputs": {"y": 5e-324}})
def test_any_json_gets_an_answer(client: httpx.Client, address: str, body: Any) -> None:
    answered(client.post(address, content=json.dumps(body).encode(), headers=JSON))


@hostile
@given(SUBMISSIONS, st.sampled_from(["en", "zh"]))
def test_any_program_has_an_answer_at_every_address(client: httpx.Client, body: Json, lang: str) -> None:
    answer = client.post(f"/api/v1/runs?lang={lang}", content=json.dumps(body).encode(), headers=JSON)
    answered(answer)
    if answer.status_code in (200, 201):
        for address in answer.json()["links"].values():
            assert client.get(address, params={"lang": lang}).status_code == 200


@hostile
@given(st.binary(max_size=300), st.sampled_from(["application/json", "application/json; charset=utf-16", "text/plain"]))
def test_any_bytes_get_an_answer(client: httpx.Client, body: bytes, media_type: str) -> None:
    answered(client.post("/api/v1/runs", content=body, headers={"Content-Type": media_type}))


# --- more work than can be done


@contextlib.asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[tuple[httpx.AsyncClient, Workshop]]:
    """The application in this process, with real workers."""
    async with app.router.lifespan_context(app):
        runs: Runs = app.state.runs
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here", timeout=60) as client:
            yield client, runs.workshop


def wait_for(file: Path) -> None:
    """A job that takes until the file is there."""
    while not file.exists():
        time.sleep(0.01)


def test_a_busy_server_says_so_at_once_and_when_to_come_back(tmp_path: Path) -> None:
    body = {"source": "x*x", "inputs": {"x": 3}}

    async def crowd() -> None:
        async with running(create_app(Settings(data=None, workers=1))) as (client, workshop):
            waiting = [asyncio.create_task(workshop.do(wait_for, tmp_path / "go")) for _ in range(WAITING_JOBS)]
            await asyncio.sleep(0)
            answers = [await client.post(address, json=body, headers={"Accept-Language": "zh"}) for address in POSTS]
            answers.append(await client.get("/"))
            for answer in answers:
                document = problem(answer)
                assert document["status"] == 429
                assert int(answer.headers["retry-after"]) >= 1
            assert answers[0].json()["title"] == "服务器正忙"
            assert (await client.get("/healthz")).status_code == 200
            (tmp_path / "go").touch()
            await asyncio.gather(*waiting)
            assert (await client.post("/api/v1/runs", json=body)).status_code == 201

    anyio.run(crowd)


NAMES = [f"a{k}" for k in range(800)]
ENDLESS = {
    "source": "\n".join(f"y = {'+'.join(NAMES[k : k + 80])}" for k in range(0, 800, 80)),
    "inputs": dict.fromkeys(NAMES, 1.0),
}
"""A program within all limits, whose gradient check runs it thousands of times."""


def test_a_computation_that_takes_too_long_is_given_up_and_its_worker_is_free_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def wait() -> None:
        async with running(create_app(Settings(data=None, workers=1))) as (client, _):
            monkeypatch.setattr("app.work.COMPUTING_SECONDS", 0.5)
            document = problem(await client.post("/api/v1/check", json=ENDLESS))
            assert document["type"] == "urn:gradstep:problem:limit"
            assert (await client.post("/api/v1/runs", json={"source": "3"})).status_code == 201

    anyio.run(wait)


def test_nobody_waits_longer_for_a_turn_than_a_person_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def wait() -> None:
        async with running(create_app(Settings(data=None, workers=1))) as (client, workshop):
            blocking = asyncio.create_task(workshop.do(wait_for, tmp_path / "go"))
            await asyncio.sleep(0)
            monkeypatch.setattr("app.work.JOB_SECONDS", 0.2)
            document = problem(await client.post("/api/v1/runs", json={"source": "3"}))
            assert document["type"] == "urn:gradstep:problem:limit"
            (tmp_path / "go").touch()
            await blocking

    anyio.run(wait)


# --- workers that die


def workers(server: int) -> list[int]:
    """The worker processes of a server."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return [int(child) for child in children if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()]


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def until(true: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[tuple[int, httpx.Client]]:
    """A server of its own, to be hurt: its process and somebody who talks to it."""
    with serving(tmp_path) as (process, running), httpx.Client(base_url=running.url, timeout=60) as client:
        yield process.pid, client


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds processes by Linux's /proc")


@needs_proc
def test_the_next_request_is_answered_after_workers_were_killed(victim: tuple[int, httpx.Client]) -> None:
    server, client = victim
    body = {"source": "x*x", "inputs": {"x": 3}}
    for killed in (1, None):
        for worker in workers(server)[:killed]:
            os.kill(worker, signal.SIGKILL)
        for address in POSTS:
            assert client.post(address, json=body).status_code in (200, 201)
        assert client.get("/readyz").status_code == 200


@needs_proc
def test_many_jobs_that_meet_the_same_death_share_the_new_workers(victim: tuple[int, httpx.Client]) -> None:
    server, client = victim
    before = len(workers(server))

    async def ask() -> None:
        async with httpx.AsyncClient(base_url=client.base_url, timeout=60) as asking:
            bodies = ({"source": f"sigmoid(x*{k})*x", "inputs": {"x": 1}} for k in range(40))
            asked = [asyncio.create_task(asking.post("/api/v1/films", json=body)) for body in bodies]
            await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            for worker in workers(server):
                with contextlib.suppress(ProcessLookupError):  # the death of one may have been that of all
                    os.kill(worker, signal.SIGKILL)
            assert {answer.status_code for answer in await asyncio.gather(*asked)} == {200}

    anyio.run(ask)
    assert len(workers(server)) <= before


@needs_proc
def test_workers_leave_when_their_server_is_killed(victim: tuple[int, httpx.Client]) -> None:
    server, _ = victim
    orphans = workers(server)
    assert orphans
    os.kill(server, signal.SIGKILL)
    until(lambda: all(map(gone, orphans)), 10)
