"""Worker processes that die at the worst moment, and a server that leaves nothing behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app import work
from app.settings import JOB_SECONDS, Settings
from tests.conftest import start


def answer_half() -> None:
    """Dies in the middle of its answer: the reader is promised more bytes than ever come."""
    frame: Any = sys._getframe()
    while "result_queue" not in frame.f_locals:
        frame = frame.f_back
    os.write(frame.f_locals["result_queue"]._writer.fileno(), (1000).to_bytes(4, "big") + b"half")
    os.kill(os.getpid(), signal.SIGKILL)


def answer_once(died: Path) -> str:
    """The same the first time, then a whole answer."""
    if not died.exists():
        died.touch()
        answer_half()
    return "whole"


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_a_worker_that_dies_while_it_answers_costs_a_moment_not_the_request(tmp_path: Path) -> None:
    async def ask() -> tuple[str, float]:
        workshop = work.Workshop(Settings(data=None, workers=2))
        await workshop.start()
        begun = time.monotonic()
        try:
            return await workshop.do(answer_once, tmp_path / "died"), time.monotonic() - begun
        finally:
            workshop.close()

    answer, seconds = asyncio.run(ask())
    assert answer == "whole"
    assert seconds < JOB_SECONDS / 2


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds processes by Linux's /proc")
def test_a_server_that_is_ended_says_nothing_even_if_a_worker_had_died(tmp_path: Path) -> None:
    said = tmp_path / "stderr"
    with said.open("wb") as stderr:
        process, _ = start(tmp_path / "data", stderr=stderr)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        [victim, *_] = [int(each) for each in children if "spawn_main" in Path(f"/proc/{each}/cmdline").read_text()]
        os.kill(victim, signal.SIGKILL)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert "leaked" not in said.read_text()
