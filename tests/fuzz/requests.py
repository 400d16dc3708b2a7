"""Hostile requests to a running server: no answer above 499, none that takes long.

`python -m tests.fuzz.requests [COUNT] [SEED]` starts a server of its own.
"""

import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx

from tests.conftest import serving
from tests.fuzz.mutation import mutated, seeds

SLOW: Final = 20.0
"""Seconds; the server's own limit for a computation is a quarter of that."""
_ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**30, 1.5, -0.0, 1e308, float("nan"), float("inf"), "", "x", "w"),
    *(
        "NaN",
        "Infinity",
        "../../etc/passwd",
        "\0",
        "\ud800",
        "w[0]",
        "out",
        "𝒶",
        "a" * 300,
        "{0.__class__}",
        "%s",
        "<b>",
        [],
        {},
        [[]],
    ),
    *(
        [1, 2],
        ["x", "w"],
        ["w[0]", "w[0, 1]"],
        ["w[999999999]", "w[-1]"],
        {"w[0]": 1.0, "w[1]": 2.0},
        {"x": 1},
        {"x": None},
        {"": 1},
        {"x": [1, [2]]},
        {"x": "1"},
        {"w": [[1.0, 2.0]]},
        [None],
        [{}],
    ),
)
_KEYS: Final = (
    *(
        "source",
        "inputs",
        "seed",
        "opened",
        "pass",
        "over",
        "of",
        "ranges",
        "loose",
        "at",
        "all_samples",
        "leaf",
        "moved",
    ),
    *("only", "fill", "structure", "part", "lang", "typed", "nothing", "format"),
)
_USUAL: Final[dict[str, Any]] = {
    "over": ["w"],
    "leaf": "w",
    "at": [0.5],
    "ranges": [[-1.0, 1.0]],
    "moved": {"w": 0.5},
    "pass": 0,
    "all_samples": True,
    "fill": 1,
}
"""What an endpoint is asked in earnest, so that what is odd beside it is looked at."""
_POSTS: Final = ("runs", "films", "landscape", "paths", "leaf", "sweeps", "ledger", "check")
_ASKED: Final[dict[str, dict[str, float]]] = {
    "films": {"moved": 0.3, "pass": 0.3, "fill": 0.3},
    "landscape": {"over": 0.95, "at": 0.3, "ranges": 0.3, "all_samples": 0.3},
    "paths": {"leaf": 0.95},
    "leaf": {"leaf": 0.95},
    "sweeps": {"pass": 0.3},
    "ledger": {"pass": 0.3},
}
"""How often each is asked what."""
_GETS: Final = (
    *(
        "runs/{id}",
        "runs/{id}/series",
        "runs/{id}/passes/{k}",
        "runs/{id}/passes/{k}/film",
        "jobs/{id}",
        "jobs/{id}/events",
    ),
    *("runs/{id}/passes/{k}/graph.svg", "runs/{id}/passes/{k}/graph.dot", "runs/{id}/passes/{k}/graph.png"),
    *("runs/{id}/passes/{k}/graph.json", "runs/{id}/passes/{k}/graph.pdf", "runs/{id}/passes/{k}/graph.exe"),
    *("runs/{id}/passes/{k}/nodes/n0/value", "runs/{id}/passes/{k}/nodes/{k}/gradient", "ops", "examples"),
)
_QUERY: Final = ("step", "theme", "lang", "direction", "of", "view", "width", "collapsed", "open", "fold", "scale")


def bodies(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Endpoints and bodies: good ones with something odd in them, odd ones, and broken JSON."""
    while True:
        where = chance.choice(_POSTS)
        source = chance.choice(seeds())
        kind = chance.random()
        plain = "(x*w - y)**2" if kind < 0.3 else source if kind < 0.6 else mutated(source, chance)
        body: Any = {"source": plain}
        if chance.random() < 0.7:
            body["inputs"] = {"x": 1.0, "w": 1.0, "y": 2.0}
        body |= {key: value for key, value in _USUAL.items() if chance.random() < _ASKED.get(where, {}).get(key, 0)}
        for _ in range(chance.choice((0, 0, 0, 1, 2, 4))):
            body[chance.choice(_KEYS)] = chance.choice(_ODD)
        if chance.random() < 0.1:
            body = chance.choice(_ODD)
        text = json.dumps(body, ensure_ascii=chance.random() < 0.9)
        raw = text.encode("utf-8", "surrogatepass")
        match chance.randrange(12):
            case 0:
                at = chance.randrange(len(raw) + 1)
                raw = raw[:at] + bytes(chance.randrange(256) for _ in range(chance.randint(0, 4))) + raw[at + 2 :]
            case 1:
                raw = raw.replace(b"1.0", chance.choice((b"1e999", b"-Infinity", b"NaN", b"1" * 5_000, b"[" * 3_000)))
            case 2:
                raw = chance.choice((b"", b"[" * 60_000, b"{" * 1_000, b'"' * 9, b"\xff\xfe", b"null", raw * 200))
        yield where, raw


def gets(chance: random.Random, known: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Addresses with odd parts and odd queries."""
    while True:
        odd = [str(each) for each in _ODD if isinstance(each, (str, int, float))]
        identity = chance.choice(known) if known and chance.random() < 0.7 else chance.choice(odd)
        path = chance.choice(_GETS).format(id=identity, k=chance.choice(["0", "0", "1", *odd]))
        names = chance.sample(_QUERY, chance.randint(0, 3))
        yield path, {name: chance.choice(["0", "1", "dark", "zh", "w", *odd]) for name in names}


def hunt(url: str, count: int, seed: int = 0) -> tuple[Counter[int], list[str]]:
    """Sends so many requests; how often each status came back, and what is wrong."""
    chance = random.Random(seed)
    known: list[str] = []
    statuses: Counter[int] = Counter()
    wrong: list[str] = []
    posts, reads = bodies(chance), gets(chance, known)
    with httpx.Client(base_url=f"{url}/api/v1/", timeout=60) as client:
        for _ in range(count):
            started = time.monotonic()
            if chance.random() < 0.6:
                where, raw = next(posts)
                sent = f"POST {where} {raw[:300]!r}"
                answer = client.post(where, content=raw, headers={"content-type": "application/json"})
                if where == "runs" and answer.status_code in (200, 201):
                    known[:] = [*known[-20:], answer.json()["id"]]
            else:
                path, query = next(reads)
                sent = f"GET {path} {query}"
                try:
                    request = client.build_request("GET", path, params=query)
                except (httpx.InvalidURL, UnicodeEncodeError):
                    continue
                answer = client.send(request)
            statuses[answer.status_code] += 1
            taken = time.monotonic() - started
            if answer.status_code >= 500 or taken > SLOW:
                wrong.append(f"{answer.status_code} after {taken:.1f} s: {sent}\n  {answer.text[:300]}")
            elif answer.status_code >= 400 and "application/problem+json" not in answer.headers.get("content-type", ""):
                wrong.append(f"{answer.status_code} without a problem document: {sent}\n  {answer.text[:200]}")
    return statuses, wrong


def main(count: int = 2_000, seed: int = 0) -> int:
    """The exit status: 0 if every answer is as it should be."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (_, server):
        started = time.monotonic()
        statuses, wrong = hunt(server.url, count, seed)
        seconds = time.monotonic() - started
    print(*wrong[:40], sep="\n")
    told = ", ".join(f"{number:,} × {status}" for status, number in sorted(statuses.items()))
    print(f"{sum(statuses.values()):,} requests in {seconds:.0f} s: {told}; {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
