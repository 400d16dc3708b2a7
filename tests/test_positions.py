"""Every node of Python's grammar in every position is run, or refused in words, at a place, with a way out."""

import ast
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Final

import pytest

import engine
from engine.limits import Limits
from tests.positions import (
    AFTER,
    BEFORE,
    EXPRESSION_POSITIONS,
    EXPRESSIONS,
    HOLE,
    STATEMENT_POSITIONS,
    STATEMENTS,
)
from tests.stages import INPUTS

FEW: Final = Limits(steps=5_000)
VAGUE: Final = (
    "these values do not go together here",
    "this kind of expression is not part of the language",
    "this source cannot be read",
)
NAMED: Final = {
    "AsyncFunctionDef": "async",
    "AsyncFor": "async",
    "AsyncWith": "async",
    "Await": "await",
    "Yield": "yield",
    "YieldFrom": "yield",
    "TryStar": "except*",
}
"""Nodes that are refused wherever they stand, and the word that says so."""


LENIENT: Final = frozenset({"Global"})
"""Accepted, where Python minds: `global n` outside of functions, after `n` has been used."""


def placed(position: str, sample: str) -> str:
    """A sample in a position, between what it speaks of and a graph."""
    before, _, after = position.partition(HOLE)
    indent = before.rpartition("\n")[2]
    lines = sample if indent.strip() else sample.replace("\n", "\n" + indent)
    return f"{BEFORE}{before}{lines}{after}{AFTER}"


@cache
def outcome(source: str) -> engine.EngineError | None:
    """How a source is refused; None if it runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            engine.run(source, inputs=INPUTS, limits=FEW).passes[0].to_json()
        except engine.EngineError as error:
            return error
    return None


def python_reads(source: str) -> bool:
    """Whether Python itself would compile a source (it is never executed)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, "sample", "exec")
        except (SyntaxError, ValueError):
            return False
    return True


def wrong(node: str, source: str) -> str | None:
    """What is wrong with how a source is taken."""
    error = outcome(source)
    if error is None:
        return None if python_reads(source) or node in LENIENT else "is accepted, and Python refuses it"
    said = str(error)
    lines = source.split("\n")
    if error.line is None or error.column is None or error.hint is None:
        return f"no place or no hint: {said}"
    if not (1 <= error.line <= len(lines) and 1 <= error.column <= len(lines[error.line - 1]) + 1):
        return f"points nowhere: {said}"
    if error.message.template in VAGUE:
        return f"is refused in vague words: {said}"
    if node in NAMED and python_reads(source) and not any(word in said for word in NAMED.values()):
        return f"is not called by its name: {said}"
    return None


def chosen(samples: tuple[str, ...], place: int) -> tuple[str, ...]:
    """Two of a node's samples, others in each position; every one is tried in many."""
    return tuple(dict.fromkeys(samples[(2 * place + each) % len(samples)] for each in range(2)))


def sources(
    positions: dict[str, str], samples: dict[str, tuple[str, ...]], *, every: bool = False
) -> Iterator[tuple[str, str, str]]:
    """Position, node and source of each combination."""
    for place, (position, template) in enumerate(positions.items()):
        for node, texts in samples.items():
            for text in texts if every else chosen(texts, place):
                yield position, node, placed(template, text)


STANDING: Final = (*sources(STATEMENT_POSITIONS, STATEMENTS, every=True), *sources(EXPRESSION_POSITIONS, EXPRESSIONS))


@pytest.mark.parametrize("position", [*STATEMENT_POSITIONS, *EXPRESSION_POSITIONS])
def test_every_node_stands_in_or_as(position: str) -> None:
    found = {source: wrong(node, source) for where, node, source in STANDING if where == position}
    assert {source: said for source, said in found.items() if said is not None} == {}


def test_the_tables_have_every_node_of_the_grammar() -> None:
    later = {"TypeAlias", "TemplateStr", "Interpolation"}  # Python 3.12 and 3.14
    deprecated = {"Num", "Str", "Bytes", "NameConstant", "Ellipsis"}
    here = {each.__name__ for kind in (ast.stmt, ast.expr) for each in kind.__subclasses__()} - later - deprecated
    texts = [text for table in (STATEMENTS, EXPRESSIONS) for samples in table.values() for text in samples]
    parsed = [ast.parse(f"f({text})" if text.startswith("*") else text) for text in texts]
    met = {type(node).__name__ for tree in parsed for node in ast.walk(tree)}
    assert here - met == set()
    parts = (ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.pattern, ast.excepthandler)
    assert {each.__name__ for kind in parts for each in kind.__subclasses__()} - met == set()
    for node, samples in {**STATEMENTS, **EXPRESSIONS}.items():
        for text in samples:
            tree = ast.parse(f"f({text})" if text.startswith("*") else text)
            assert any(type(each).__name__ == node for each in ast.walk(tree)), (node, text)


def test_most_combinations_run() -> None:
    some = STANDING[::17]
    assert sum(outcome(source) is None for _, _, source in some) > 0.35 * len(some), (
        "the samples are meant to be read where Python reads them"
    )


def main() -> int:
    """Every sample in every position: `python -m tests.test_positions`. The exit status: 0 if all is well."""
    tables = ((STATEMENT_POSITIONS, STATEMENTS), (EXPRESSION_POSITIONS, EXPRESSIONS))
    tried = [each for positions, samples in tables for each in sources(positions, samples, every=True)]
    found = {source: said for _, node, source in tried if (said := wrong(node, source)) is not None}
    for source, said in found.items():
        print(f"{source.removeprefix(BEFORE).removesuffix(AFTER)}\n# {said}\n")
    print(f"{len(tried):,} combinations, {len(found)} wrong")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
