"""A cached picture over HTTP, against an empty route that returns the same bytes; both in processes of their own."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.bench.measure import Row
from tests.conftest import start

_REQUESTS = 3_000
_CONNECTIONS = 4

_EMPTY = """
import sys
import uvicorn
from fastapi import FastAPI, Response
body = open(sys.argv[2], "rb").read()
app = FastAPI()
@app.get("/picture")
async def picture() -> Response:
    return Response(body, media_type="image/svg+xml")
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
"""


def rows() -> Iterator[Row]:
    """The opening example's picture, the same again and again over kept connections."""
    with tempfile.TemporaryDirectory() as folder:
        process, server = start(Path(folder))
        try:
            program = {"source": "(x*w - y)**2", "inputs": {"x": 1.0, "w": 1.0, "y": 2.0}}
            picture = httpx.post(f"{server.url}/api/v1/runs", json=program).json()["links"]["svg"]
            body = httpx.get(server.url + picture).content
            (Path(folder) / "picture").write_bytes(body)
            port = urlsplit(server.url).port or 0
            empty = subprocess.Popen([sys.executable, "-c", _EMPTY, str(port + 1), str(Path(folder) / "picture")])
            try:
                _wait(port + 1)
                rates = [(_rate(port, picture), _rate(port + 1, "/picture")) for _ in range(3)]
            finally:
                empty.terminate()
                empty.wait(10)
        finally:
            process.terminate()
            process.wait(10)
    ours, theirs = (sorted(rate)[1] for rate in zip(*rates, strict=True))
    detail = f"{len(body)} bytes: {ours:.0f}/s and {theirs:.0f}/s"
    yield Row("cached picture over HTTP, against an empty FastAPI route", ours / theirs, 0.7, detail, at_least=True)


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            httpx.get(f"http://127.0.0.1:{port}/picture")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the empty server did not start")


def _rate(port: int, path: str) -> float:
    """Requests per second over a few connections that stay open."""

    def ask(count: int) -> None:
        connection = HTTPConnection("127.0.0.1", port)
        for _ in range(count):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
        connection.close()

    ask(100)
    begin = time.perf_counter()
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        list(pool.map(ask, [_REQUESTS // _CONNECTIONS] * _CONNECTIONS))
    return _REQUESTS / (time.perf_counter() - begin)
