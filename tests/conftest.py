"""One real server for the whole test run: its own process, port and store."""

import gc
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx
import pytest

pytest_plugins = ["tests.pages"]

ROOT = Path(__file__).parents[1]


def pytest_collection_finish() -> None:
    """The collected tests and all that was imported stay until the end: the garbage collector need not look at them
    again and again, and not often at what tests make, most of which is gone by then."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@dataclass(frozen=True)
class Server:
    """A running gradstep: its address, and the folder it keeps runs in."""

    url: str
    data: Path


def start(
    data: Path, *arguments: str, stderr: IO[bytes] | None = None, workers: int | None = None
) -> tuple[subprocess.Popen[bytes], Server]:
    """Starts `gradstep serve` on a free port and waits until it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port), "--data", str(data), *arguments]
    environment = dict(os.environ) | ({} if workers is None else {"GRADSTEP_WORKERS": str(workers)})
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=stderr)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 300
    with httpx.Client(base_url=url, timeout=30) as asking:
        while process.poll() is None and time.monotonic() < deadline:
            try:
                if asking.get("/readyz").status_code == 200:
                    return process, Server(url, data)
            except httpx.TransportError:
                time.sleep(0.1)
    process.kill()
    raise AssertionError(f"the server was not ready within 5 minutes, or ended with status {process.wait()}")


@contextmanager
def serving(data: Path, *, workers: int | None = None) -> Iterator[tuple[subprocess.Popen[bytes], Server]]:
    """A server that is stopped in the end, as its operator would do it."""
    process, running = start(data, workers=workers)
    try:
        yield process, running
    finally:
        process.terminate()
        process.wait(100)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that lives as long as the test run."""
    with serving(tmp_path_factory.mktemp("data")) as (_, running):
        yield running


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx.Client]:
    """Talks HTTP to the server."""
    with httpx.Client(base_url=server.url, timeout=60) as talking:
        yield talking
