"""The command line: serve, run, render, check."""

import argparse
import io
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from app import VERSION, jobs
from app.programs import Program, program
from app.render import system
from app.render.arrays import shape_text
from app.render.errors import RenderError
from app.render.numbers import full, short
from app.render.view import View
from app.settings import Settings
from engine.errors import EngineError
from engine.language.reading import normal_name
from engine.snapshot import Shown

_FEW = 8  # numbers of an array that stand in a line of their own
_FILE_NAME = re.compile(r"\S+\.[A-Za-z]\w*")  # no expression ends like this


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if all went well, 1 if a check fails, 2 if the source or the call is at fault."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that cannot write − or ŷ still gets the rest
    asked = _parser().parse_args(arguments)
    try:
        code: int = asked.action(asked)
    except (EngineError, OSError, UnicodeDecodeError, RenderError, jobs.NoSuchPass, jobs.NoSuchStep, _Usage) as error:
        if isinstance(error, EngineError) and error.printed:
            _write(error.printed.removesuffix("\n").encode())
        print(f"gradstep: {_explained(error)}", file=sys.stderr)
        return 2
    return code


class _Usage(Exception):
    """The call makes no sense; the message says why."""


def _serve(asked: argparse.Namespace) -> int:
    import uvicorn

    from app.server import create_app

    settings = Settings()
    if asked.data is not None:
        settings = replace(settings, data=asked.data)
    if asked.layout is not None:
        settings = replace(settings, layout=asked.layout)
    if settings.layout == "system":
        system.require()
    print(f"gradstep {VERSION} on http://{asked.host}:{asked.port}  (runs are kept in {settings.data})", flush=True)
    uvicorn.run(
        create_app(settings), host=asked.host, port=asked.port, log_level="warning", timeout_graceful_shutdown=3
    )
    return 0


def _run(asked: argparse.Namespace) -> int:
    """What the program prints; of a pass that is asked for, or of a silent program, every value and gradient."""
    asked_program = _program(asked)
    run = jobs.evaluate(asked_program)
    if asked.json:
        _write(jobs.snapshot_json(asked_program, asked.index or 0))
        return 0
    for warning in run.warnings:
        print(f"gradstep: {warning}", file=sys.stderr)
    if run.printed and asked.index is None:
        _write(run.printed.removesuffix("\n").encode())
        return 0
    nodes = [node for node in jobs.pass_of(asked_program, asked.index or 0).nodes if node.kind != "constant"]
    wide = max((len(node.label) for node in nodes), default=0)
    for node in nodes:
        made = f"= {node.expression}" if node.expression else node.kind
        print(f"{node.label:<{wide}}  {_told(node.value):>22}  grad {_told(node.gradient):>22}  {made}")
    return 0


def _render(asked: argparse.Namespace) -> int:
    drawn = _program(asked)
    view = View(asked.lang, asked.theme, asked.direction)
    kind = asked.output.suffix.lower() if asked.output else f".{asked.format}"
    if kind == ".svg":
        picture = jobs.svg(drawn, asked.index or 0, asked.step, view, Settings().layout)
    elif kind == ".dot":
        picture = jobs.dot_source(drawn, asked.index or 0, asked.step, view)
    elif kind == ".json":
        picture = jobs.snapshot_json(drawn, asked.index or 0)
    else:
        raise _Usage(
            f"cannot write {kind or 'a file without a suffix'}; choose a name that ends in .svg, .dot or .json"
        )
    if asked.output:
        asked.output.write_bytes(picture)
    else:
        _write(picture)
    return 0


def _write(document: bytes) -> None:
    """To standard output, in UTF-8 whatever the console speaks."""
    sys.stdout.buffer.write(document + b"\n")


def _check(asked: argparse.Namespace) -> int:
    verdicts = jobs.verdicts(_program(asked), asked.index or 0)
    for leaf in verdicts:
        mark = "ok" if leaf.agrees else "at a kink" if leaf.at_kink else "DIFFERS"
        numbers = f"gradient {_told(leaf.gradient)}  measured {_told(leaf.finite_difference)}"
        print(f"{leaf.name}  {numbers}  {mark}")
        for each in leaf.contradictions:
            print(f"  {each.message}")
    return 0 if all(leaf.agrees or leaf.at_kink for leaf in verdicts) else 1


def _told(value: Shown | None) -> str:
    """A number in full; of an array its numbers if they are few, else its size and reach."""
    if not isinstance(value, np.ndarray):
        return full(value)
    if value.size <= _FEW:
        return " ".join(short(float(each)) for each in value.ravel())
    return f"{shape_text(value.shape)} from {short(float(value.min()))} to {short(float(value.max()))}"


def _program(asked: argparse.Namespace) -> Program:
    inputs: dict[str, Any] = {}
    for given in asked.input:
        name, equals, value = given.partition("=")
        try:
            inputs[normal_name(name)] = json.loads(value) if value.startswith("[") else float(value)
        except ValueError:
            equals = ""
        if not equals:
            raise _Usage(f"cannot read the input {given!r}; write for example --input x=1.0")
    return program(_source(asked.source), inputs, asked.seed, asked.open)


def _source(given: str) -> str:
    """`-` is standard input, the name of a file its text, anything else the source itself."""
    if given == "-":
        return sys.stdin.buffer.read().decode("utf-8-sig")
    try:
        path = Path(given)
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file and _FILE_NAME.fullmatch(given):
        raise _Usage(f"there is no file {given}")
    return path.read_text(encoding="utf-8-sig") if is_file else given


def _explained(error: Exception) -> str:
    if isinstance(error, jobs.NoSuchStep):
        index, count = error.args
        return f"the pass has no step {index}; its steps are 0 to {max(0, count - 1)}"
    if isinstance(error, UnicodeDecodeError):
        return "the source is not UTF-8 text"
    if isinstance(error, jobs.NoSuchPass):
        index, count = error.args
        return f"the run has no pass {index}; its passes are 0 to {count - 1}"
    return str(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gradstep", description="Watch backpropagation happen, one edge at a time.")
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="start the server and the page")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--data", type=Path, help="folder for the runs (default: the user's data folder)")
    serve.add_argument("--layout", choices=["embedded", "system"], help="which Graphviz draws")
    serve.set_defaults(action=_serve)

    run = commands.add_parser("run", help="run a program; print what it prints, or every value and gradient")
    run.add_argument("--json", action="store_true", help="print the snapshot instead")
    run.set_defaults(action=_run)

    render = commands.add_parser("render", help="draw the graph at one step")
    render.add_argument("-o", "--output", type=Path, help="a file ending in .svg, .dot or .json")
    render.add_argument("--format", choices=["svg", "dot", "json"], default="svg", help="for standard output")
    render.add_argument("--step", type=int, help="index of the step (default: the last)")
    render.add_argument("--theme", choices=["light", "dark"], default="light")
    render.add_argument("--lang", choices=["en", "zh"], default="en")
    render.add_argument("--direction", choices=["LR", "TB"], default="LR")
    render.set_defaults(action=_render)

    check = commands.add_parser("check", help="compare every gradient with central differences")
    check.set_defaults(action=_check)

    for command in (run, render, check):
        command.add_argument("source", metavar="SOURCE", help="an expression, a file, or - for standard input")
        command.add_argument(
            "-i", "--input", action="append", default=[], metavar="NAME=VALUE", help="a leaf's value; may be repeated"
        )
        command.add_argument("--pass", dest="index", type=int, help="which pass, from 0 (default: the first)")
        command.add_argument("--seed", type=int, default=0, help="where random numbers start (default: 0)")
        command.add_argument(
            "--open", action="append", default=[], metavar="OP", help="run a composite operation as its parts"
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
