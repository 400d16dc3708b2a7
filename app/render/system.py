"""Graphviz as the `dot` program of this machine: DOT in, json0 out, under hard limits of time and memory."""

import math
import shutil
import subprocess
import sys

from graphviz.backend import dot_command

from app.render.errors import GraphvizMissing, LayoutError, LayoutTimeout

MEMORY_LIMIT = 512 * 2**20  # bytes of address space; libraries alone take 100 MiB of it
_ADVICE = (
    "no `dot` program on the PATH; install Graphviz (Debian, Ubuntu: apt install graphviz; "
    "macOS: brew install graphviz) or use the embedded one: backend='embedded'"
)
EXTRA_SECONDS = 1  # of processor time: for the case that nobody is left to kill it


def require() -> None:
    """Raises GraphvizMissing if there is no such program, before anybody waits for a picture."""
    if shutil.which("dot") is None:
        raise GraphvizMissing(_ADVICE)


def render(dot: str, *, seconds: float) -> bytes:
    """The json0 answer of the installed `dot` to the source `dot`; may be called from any thread.

    NB: the graphviz package builds the command but cannot stop it, so it is run here. Raises LayoutTimeout
    after `seconds`, when the program has been killed; LayoutError when it refuses the source or dies;
    GraphvizMissing when there is no such program.
    """
    command, pipe = dot_command.command("dot", "json0"), subprocess.PIPE
    try:
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
    except FileNotFoundError as error:
        raise GraphvizMissing(_ADVICE) from error
    except OSError as error:
        raise LayoutError(f"`dot` could not be started: {error}") from error
    with process:
        try:
            _limit(process.pid, seconds)
            answer, complaints = process.communicate(dot.encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            raise LayoutTimeout(f"`dot` did not finish within {seconds:g} s") from None
        finally:
            process.kill()  # no effect on one that has finished
    if process.returncode:
        reason = complaints.decode(errors="replace").strip().partition("\n")[0][:200]
        raise LayoutError(f"`dot` ended with status {process.returncode}: {reason or 'no reason given'}")
    return answer


def _limit(pid: int, seconds: float) -> None:
    """Bound what the process may use, before it is given anything to work on; outlives this process."""
    if sys.platform != "linux":
        return  # only Linux can limit another process; elsewhere the time limit has to do
    import resource

    processor = math.ceil(seconds) + EXTRA_SECONDS
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.prlimit(pid, resource.RLIMIT_CPU, (processor, processor))
    except (ProcessLookupError, PermissionError):
        pass  # already gone, or a container that forbids it
