"""The command line does from any folder what the server does, and says in one line what is wrong."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import ANY
from xml.etree import ElementTree

import pytest

from app import VERSION
from app.cli import main
from tests.conftest import ROOT

NEURON = "ŷ = x * w\nr = ŷ - y\nloss = r ** 2\n"
SAMPLE = ("-i", "x=1", "-i", "w=1", "-i", "y=2")


class Finished(NamedTuple):
    """How a command ended, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def gradstep(*arguments: str, folder: Path, typed: bytes = b"", environment: Mapping[str, str] = {}) -> Finished:
    """Runs the command in a folder, with something typed into standard input."""
    finished = subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=folder,
        input=typed,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environment},
        timeout=100,
    )
    return Finished(finished.returncode, finished.stdout.decode(), finished.stderr.decode())


def called(*arguments: str, folder: Path) -> Finished:
    """The same in this process, which is quicker; nothing can be typed."""
    out, err = io.BytesIO(), io.BytesIO()
    printed, complained = io.TextIOWrapper(out, encoding="utf-8"), io.TextIOWrapper(err, encoding="utf-8")
    with chdir(folder), redirect_stdout(printed), redirect_stderr(complained):
        try:
            code: Any = main(arguments)
        except SystemExit as left:
            code = left.code
    printed.flush()
    complained.flush()
    return Finished(code, out.getvalue().decode(), err.getvalue().decode())


def refused(finished: Finished) -> str:
    """What a refusal says: one line on standard error, nothing else."""
    assert finished.returncode == 2
    assert finished.stdout == ""
    (line,) = finished.stderr.splitlines()
    assert line.startswith("gradstep: ")
    return line.removeprefix("gradstep: ")


# --- run


def test_what_was_printed_before_a_mistake_is_printed(tmp_path: Path) -> None:
    finished = gradstep("run", "import torch\nprint(1)\nprint(torch.onse)", folder=tmp_path)
    assert (finished.returncode, finished.stdout) == (2, "1\n")
    assert "did you mean `ones`" in finished.stderr


def test_run_prints_every_value_and_gradient(tmp_path: Path) -> None:
    finished = gradstep("run", "(x*w - y)**2", *SAMPLE, folder=tmp_path)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert [line.split() for line in finished.stdout.splitlines()] == [
        ["x", "1", "grad", "−2", "leaf"],
        ["w", "1", "grad", "−2", "leaf"],
        ["v1", "1", "grad", "−2", "=", "x·w"],
        ["y", "2", "grad", "2", "leaf"],
        ["v2", "−1", "grad", "−2", "=", "v1", "−", "y"],
        ["out", "1", "grad", "1", "=", "v2²"],
    ]


def test_a_leaf_that_is_not_reached_has_no_gradient(tmp_path: Path) -> None:
    printed = called("run", "y * 1\nx * 0", "-i", "x=1", "-i", "y=1", folder=tmp_path).stdout
    gradients = {line.split()[0]: line.split()[3] for line in printed.splitlines()}
    assert (gradients["x"], gradients["y"]) == ("0", "—")


def test_the_source_is_an_expression_a_file_or_standard_input(tmp_path: Path) -> None:
    (tmp_path / "neuron.txt").write_text(NEURON, encoding="utf-8")
    (tmp_path / "neuron").write_text(NEURON, encoding="utf-8")
    (tmp_path / "notepad.txt").write_text(NEURON.replace("\n", "\r\n"), encoding="utf-8-sig", newline="")
    sources = [NEURON, "neuron.txt", "./neuron", str(tmp_path / "neuron.txt"), "notepad.txt"]
    printed = {called("run", source, *SAMPLE, folder=tmp_path).stdout for source in sources}
    for typed in (NEURON.encode(), b"\xef\xbb\xbf" + NEURON.encode()):
        printed.add(gradstep("run", "-", *SAMPLE, folder=tmp_path, typed=typed).stdout)
    assert len(printed) == 1
    assert "loss" in printed.pop()


def test_run_can_print_the_snapshot_as_json(tmp_path: Path) -> None:
    for environment in ({}, {"PYTHONIOENCODING": "ascii"}):
        finished = gradstep("run", NEURON, *SAMPLE, "--json", folder=tmp_path, environment=environment)
        snapshot = json.loads(finished.stdout)
        assert snapshot["format"] == "gradstep/1"
        assert [node["label"] for node in snapshot["nodes"]] == ["x", "w", "ŷ", "y", "r", "loss"]
        assert [node["gradient"] for node in snapshot["nodes"] if node["name"] == "w"] == [-2.0]


def test_a_console_that_cannot_write_mathematics_still_gets_the_rest(tmp_path: Path) -> None:
    finished = gradstep("run", "ŷ = x * -1", "-i", "x=1", folder=tmp_path, environment={"PYTHONIOENCODING": "ascii"})
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "grad" in finished.stdout
    broken = gradstep("run", "ŷ * é", folder=tmp_path, environment={"PYTHONIOENCODING": "ascii"})
    assert "have no value" in refused(broken)


# --- render


def test_render_writes_a_picture_of_one_step(tmp_path: Path) -> None:
    finished = gradstep(
        *("render", "(x*w - y)**2", *SAMPLE, "-o", "out.svg"),
        *("--step", "4", "--theme", "dark", "--lang", "zh", "--direction", "TB"),
        folder=tmp_path,
    )
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")
    svg = (tmp_path / "out.svg").read_text(encoding="utf-8")
    assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert "梯度" in svg
    assert "edge active" in svg


@pytest.mark.parametrize("kind", ["svg", "dot", "json"])
def test_render_writes_the_same_to_a_file_as_to_standard_output(tmp_path: Path, kind: str) -> None:
    printed = called("render", NEURON, *SAMPLE, "--format", kind, folder=tmp_path)
    named = [
        called("render", NEURON, *SAMPLE, "-o", name, folder=tmp_path) for name in (f"a.{kind}", f"A.{kind.upper()}")
    ]
    assert [each.returncode for each in (printed, *named)] == [0, 0, 0]
    for name in (f"a.{kind}", f"A.{kind.upper()}"):
        assert (tmp_path / name).read_text(encoding="utf-8") + "\n" == printed.stdout


def test_render_shows_the_last_step_unless_told_otherwise(tmp_path: Path) -> None:
    render = ("render", "x*x", "-i", "x=3", "--format", "dot")
    pictures = [called(*render, *at, folder=tmp_path).stdout for at in ((), ("--step", "3"), ("--step", "2"))]
    assert pictures[0] == pictures[1] != pictures[2]
    assert "3 × 1 = 3" not in pictures[0]
    assert "1 × 3 = 3" in pictures[0]


# --- check


def test_check_is_content_when_every_gradient_agrees(tmp_path: Path) -> None:
    finished = called("check", NEURON, *SAMPLE, folder=tmp_path)
    assert finished.returncode == 0
    assert [line.split()[0] for line in finished.stdout.splitlines()] == ["x", "w", "y"]
    assert all(line.endswith(" ok") for line in finished.stdout.splitlines())


def test_check_names_a_kink(tmp_path: Path) -> None:
    finished = called("check", "relu(x) + w", "-i", "x=0", "-i", "w=1", folder=tmp_path)
    assert finished.returncode == 0  # no slope can be wrong where there is none
    x, w = finished.stdout.splitlines()
    assert x.split() == ["x", "gradient", "0", "measured", ANY, "at", "a", "kink"]
    assert w.endswith(" ok")


# --- refusals


@pytest.mark.parametrize("command", ["run", "render", "check"])
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 2\ny = x^2", "line 2, column 5: `^` is not a power (write ** for a power: x**2)"),
        ("损失 = sgmoid(1)", "line 1, column 6: `sgmoid` is not an operation (did you mean `sigmoid`?)"),
        (
            "x * w",
            'line 1, column 1: `x`, `w` have no value (give inputs such as {"x": 1.0, "w": 1.0}, or a line such as',
        ),
        ("(x", "line 1, column 1: this is not a complete formula (a bracket is still open)"),
        ("", "there is nothing to compute (type an expression, for example (x*w - y)**2)"),
        ("import subprocess", "line 1, column 1: `subprocess` cannot be imported"),
        ("missing.py", "there is no file missing.py"),
    ],
)
def test_a_bad_source_is_told_where_it_is_wrong_and_what_to_do(
    tmp_path: Path, command: str, source: str, said: str
) -> None:
    assert refused(called(command, source, folder=tmp_path)).startswith(said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "x*2", "-i", "x"), "cannot read the input 'x'; write for example --input x=1.0"),
        (("run", "x*2", "-i", "x=one"), "cannot read the input 'x=one'; write for example --input x=1.0"),
        (("run", "x*2", "-i", "=1"), "`` cannot be the name of an input"),
        (("run", "folder.d"), "there is no file folder.d"),
        (("render", "x*2", "-i", "x=1", "--step", "9"), "the pass has no step 9; its steps are 0 to 2"),
        (("render", "x*2", "-i", "x=1", "--step", "-1"), "the pass has no step -1; its steps are 0 to 2"),
        (
            ("render", "x*2", "-i", "x=1", "-o", "out.bmp"),
            "cannot write .bmp; choose a name that ends in .svg, .dot or .json",
        ),
        (("render", "x*2", "-i", "x=1", "-o", "out"), "cannot write a file without a suffix; choose"),
        (("render", "x*2", "-i", "x=1", "-o", "no/such/folder/out.svg"), "[Errno 2] No such file or directory"),
    ],
)
def test_a_bad_call_is_told_what_is_wrong(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "folder.d").mkdir()
    assert refused(called(*arguments, folder=tmp_path)).startswith(said)


def test_a_source_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo").write_bytes(b"\xff\xd8\xff\xe0")
    assert refused(called("run", "photo", folder=tmp_path)) == "the source is not UTF-8 text"
    assert refused(gradstep("run", "-", folder=tmp_path, typed=b"\xff\xd8")) == "the source is not UTF-8 text"


def test_a_very_long_expression_is_not_taken_for_a_file_name(tmp_path: Path) -> None:
    finished = called("run", "+".join(["x"] * 190), "-i", "x=1", folder=tmp_path)
    assert finished.stdout.splitlines()[-1].split()[:2] == ["out", "190"]


@pytest.mark.parametrize("command", [("render", "x*x", "-i", "x=1"), ("serve", "--port", "0")])
def test_without_the_chosen_graphviz_a_person_is_told_how_to_get_it(tmp_path: Path, command: tuple[str, ...]) -> None:
    environment = {"PATH": str(tmp_path), "GRADSTEP_LAYOUT": "system"}
    assert "install Graphviz" in refused(gradstep(*command, folder=tmp_path, environment=environment))


@pytest.mark.parametrize(
    "arguments", [(), ("paint",), ("run",), ("render", "x", "--theme", "sepia"), ("serve", "--port", "x")]
)
def test_a_call_that_makes_no_sense_gets_the_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    finished = called(*arguments, folder=tmp_path)
    assert finished.returncode == 2
    assert finished.stderr.startswith("usage: gradstep")


# --- itself


def test_it_knows_its_version(tmp_path: Path) -> None:
    assert gradstep("--version", folder=tmp_path).stdout.strip() == VERSION


def test_help_names_every_command(tmp_path: Path) -> None:
    text = called("--help", folder=tmp_path).stdout
    for command in ("serve", "run", "render", "check"):
        assert re.search(rf"^ +{command} ", text, re.MULTILINE)
        assert called(command, "--help", folder=tmp_path).returncode == 0
