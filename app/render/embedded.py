"""Graphviz inside this process, as WebAssembly: DOT in, json0 out, under hard limits of time and memory."""

import math
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import wasmtime

from app.render import compiled
from app.render.errors import LayoutError, LayoutTimeout

TICK = 0.005  # s between two looks at the clock; a deadline comes up to two ticks late and never early
MEMORY_LIMIT = 128 * 2**20  # bytes; the largest graphs that dot is asked about take 32 MiB
MEMORY_KEPT = 16 * 2**20  # bytes; a sandbox never shrinks, so one that has grown larger is not used again
WASM_STACK = 1900 * 1024  # bytes; more lets dot recurse deeper, 2 MiB and over aborts the whole interpreter
THREAD_STACK = 16 * 2**20  # bytes of address space, to hold WASM_STACK whatever stack the caller has
WORKERS = max(2, os.cpu_count() or 1)  # layouts at a time; more would only slow each other to the deadline


def render(dot: str, *, seconds: float) -> bytes:
    """The json0 answer of Graphviz's `dot` to the source `dot`.

    May be called from any number of threads, of any stack size, before and after a fork; the work is done on
    a few threads of this module. The first call of a process loads the module (see `app.render.compiled`).
    Raises LayoutTimeout when Graphviz has run for `seconds`, LayoutError when it refuses the source or runs
    out of memory or stack, GraphvizMissing when it is not installed.
    """
    return _runtime.render(dot.encode(), seconds)


def prepare() -> None:
    """Load or compile the module now, so that a server's first picture is quick and a fault shows early."""
    _runtime.template()


class Sandbox:
    """One running copy of Graphviz, for one thread at a time; after an exception not to be used again."""

    def __init__(self, template: wasmtime.InstancePre, engine: wasmtime.Engine) -> None:
        self._store = wasmtime.Store(engine)
        self._store.set_wasi(wasmtime.WasiConfig())  # no files, no environment, no streams
        self._store.set_limits(memory_size=MEMORY_LIMIT)
        self._store.set_epoch_deadline(math.ceil(1 / TICK))
        self._exports = template.instantiate(self._store).exports(self._store)
        memory = self._exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        self._memory = memory
        self._format, self._method, self._size = self._put(b"json0"), self._put(b"dot"), self._put(bytes(4))

    def json0(self, dot: bytes, *, seconds: float) -> bytes:
        """Raises LayoutError when Graphviz refuses; wasmtime's Trap and WasmtimeError when it was stopped."""
        self._store.set_epoch_deadline(math.ceil(seconds / TICK) + 1)  # + 1: the first tick may come at once
        source = self._put(dot)
        answer = self._call("graphviz_render", source, self._format, self._method, self._size)
        if not answer:
            reason = self._get(self._call("graphviz_last_error"), 200).partition(b"\0")[0]
            raise LayoutError(f"Graphviz refused the graph: {reason.decode(errors='replace').strip()}")
        json0 = self._get(answer, int.from_bytes(self._get(self._size, 4), "little"))
        self._call("free", answer)
        self._call("free", source)
        return json0

    def close(self) -> None:
        """Give back the memory now, also while an exception still refers to this object."""
        self._store.close()

    @property
    def memory(self) -> int:
        """Bytes in use."""
        return self._memory.data_len(self._store)

    def _call(self, name: str, *arguments: int) -> int:
        function = self._exports[name]
        assert isinstance(function, wasmtime.Func)
        return int(function(self._store, *arguments) or 0)

    def _put(self, text: bytes) -> int:
        address = self._call("malloc", len(text) + 1)
        if not address:
            raise LayoutError("Graphviz has no memory for a source of this size")
        self._memory.write(self._store, text + b"\0", address)
        return address

    def _get(self, address: int, size: int) -> bytes:
        return bytes(self._memory.read(self._store, address, address + size))


class Runtime:
    """What one process needs: the module, threads with a sandbox each, a clock that ticks while they work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._template: tuple[wasmtime.InstancePre, wasmtime.Engine] | None = None
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="gradstep-layout")
        self._local = threading.local()
        self._working = 0
        self._awake = threading.Event()

    def template(self) -> tuple[wasmtime.InstancePre, wasmtime.Engine]:
        with self._lock:
            if self._template is None:
                config = wasmtime.Config()
                config.epoch_interruption = True
                config.max_wasm_stack = WASM_STACK
                engine = wasmtime.Engine(config)
                linker = wasmtime.Linker(engine)
                linker.define_wasi()
                template = linker.instantiate_pre(compiled.load(engine))
                threading.Thread(target=self._tick, args=(engine,), daemon=True).start()
                self._template = template, engine
            return self._template

    def render(self, dot: bytes, seconds: float) -> bytes:
        try:
            self.template()
            with self._lock:
                before = threading.stack_size(THREAD_STACK)  # for a thread that submit() may start
                try:
                    future = self._threads.submit(self._work, dot, seconds)
                finally:
                    threading.stack_size(before)
        except (RuntimeError, wasmtime.WasmtimeError) as error:
            raise LayoutError(f"no thread or no memory for Graphviz: {error}") from error
        return future.result()

    def _work(self, dot: bytes, seconds: float) -> bytes:
        sandbox: Sandbox | None = getattr(self._local, "sandbox", None)
        self._local.sandbox = None  # kept only after a success
        self._clock(1)
        try:
            sandbox = sandbox or Sandbox(*self.template())
            answer = sandbox.json0(dot, seconds=seconds)
            if sandbox.memory <= MEMORY_KEPT:
                self._local.sandbox = sandbox
            return answer
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:  # ExitTrap, too: without memory dot exits
            if isinstance(error, wasmtime.Trap) and error.trap_code is wasmtime.TrapCode.INTERRUPT:
                raise LayoutTimeout(f"Graphviz did not finish within {seconds:g} s") from None
            raise LayoutError(f"Graphviz stopped: {str(error).strip().splitlines()[-1].strip()}") from None
        finally:
            self._clock(-1)
            if sandbox and self._local.sandbox is None:
                sandbox.close()

    def _clock(self, more: int) -> None:
        with self._lock:
            self._working += more
            if self._working:
                self._awake.set()
            else:
                self._awake.clear()

    def _tick(self, engine: wasmtime.Engine) -> None:
        """Keep the engine's epoch in step with the clock, also when this thread is woken late."""
        while self._awake.wait():
            started, ticks = time.monotonic(), 0
            while self._awake.is_set():
                time.sleep(TICK)
                due = int((time.monotonic() - started) / TICK)
                for _ in range(due - ticks):
                    engine.increment_epoch()
                ticks = due


def _start_afresh() -> None:
    """For a forked child: the parent's threads and locks are gone; its sandboxes are not ours to free."""
    global _runtime
    _inherited.append(_runtime)
    _runtime = Runtime()


_runtime = Runtime()
_inherited: list[Runtime] = []
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_afresh)
