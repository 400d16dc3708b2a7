"""The engine stands on the standard library and NumPy alone, and its modules form no circle."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
MODULES: Final = {
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__"): path
    for path in sorted((ROOT / "engine").rglob("*.py"))
}


def imported(path: Path) -> Iterator[str]:
    """Full names of what a module imports when it runs (not what only a type checker reads)."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        match waiting.pop():
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=otherwise):
                waiting.extend(otherwise)
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                assert level == 0, "imports say where from in full"
                assert module is not None
                for each in names:
                    inner = f"{module}.{each.name}"
                    yield inner if inner in MODULES else module
            case node:
                waiting.extend(ast.iter_child_nodes(node))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_of_the_engine_imports_only_the_standard_library_and_numpy(module: str) -> None:
    packages = {name.partition(".")[0] for name in imported(MODULES[module])}
    assert packages <= sys.stdlib_module_names | {"numpy", "engine"}


def test_no_module_of_the_engine_imports_itself_through_others() -> None:
    graph = {
        module: {name for name in imported(path) if name in MODULES and name != "engine"}
        for module, path in MODULES.items()
    }
    order = list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle
    assert order[-1] == "engine"
    assert order.index("engine.snapshot") < order.index("engine.recording") < order.index("engine.program")


@pytest.mark.parametrize("module", MODULES)
def test_a_module_of_the_engine_has_at_most_300_lines_and_says_first_what_it_is_for(module: str) -> None:
    text = MODULES[module].read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert ast.get_docstring(ast.parse(text))


def test_the_engine_does_nothing_a_pure_library_would_not_do() -> None:
    """No files, network, processes, clocks, no threads of its own (a lock is for those of others), and none of Python's
    ways to run text."""
    used = {name.partition(".")[0] for path in MODULES.values() for name in imported(path)}
    trees = [ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES.values()]
    nodes = [node for tree in trees for node in tree if isinstance(node, (ast.Import, ast.ImportFrom))]
    threads = [ast.unparse(node) for node in nodes if "threading" in ast.unparse(node)]
    assert threads == ["from threading import Lock"]
    assert used.isdisjoint(
        {"os", "io", "pathlib", "socket", "subprocess", "time", "datetime", "random", "_thread", "logging"}
    )
    called = {
        node.func.id
        for path in MODULES.values()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called.isdisjoint({"eval", "exec", "compile", "open", "print", "input", "__import__", "globals"})


def test_importing_the_engine_loads_nothing_else_and_warns_of_nothing() -> None:
    code = "import sys, engine; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split()) - sys.stdlib_module_names
    assert done.stderr == ""
    assert {name for name in loaded if not name.startswith("_")} == {"engine", "numpy"}
