"""Worker processes that die at the worst moment, and a server that leaves nothing behind."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app import work
from app.settings import Settings
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
def test_a_worker_that_dies_while_it_answers_costs_a_moment_not_the_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "JOB_SECONDS", 3600.0)  # whoever did not notice would wait that long

    async def ask() -> str:
        workshop = work.Workshop(Settings(data=None, workers=2))
        await workshop.start()
        try:
            return await workshop.do(answer_once, tmp_path / "died")
        finally:
            workshop.close()

    assert asyncio.run(ask()) == "whole"


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
