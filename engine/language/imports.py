"""`import` as closures: the library's modules, and why there are no others."""

import __future__

import ast
from typing import Any, Final

from engine.language.absent import Absent
from engine.language.members import member
from engine.language.mishaps import FOREIGN, placed
from engine.language.unit import Unit
from engine.language.values import Closure, Frame, Namespace, Value
from engine.messages import Message


def import_(unit: Unit, node: ast.Import) -> Closure:
    """`import torch.nn as nn`."""
    pairs: list[tuple[Any, Value]] = []
    for each in node.names:
        module = _module(unit, node, each.name)
        if each.asname is None:
            module = _module(unit, node, each.name.partition(".")[0])
        pairs.append((unit.store(each.asname or each.name.partition(".")[0]), module))

    def run(frame: Frame) -> Any:
        for store, module in pairs:
            store(frame, module)

    return run


def import_from(unit: Unit, node: ast.ImportFrom) -> Closure:
    """`from torch import nn, optim`."""
    pairs: list[tuple[Any, Value]] = []
    if node.module in ("__future__", "typing", "collections.abc"):
        unknown = [each.name for each in node.names if each.name not in _FUTURE]
        if node.module == "__future__" and unknown:
            raise unit.refusal(
                node, Message("Python has no future feature `{name}`", name=unknown[0]), Message("leave the line out")
            )
        pairs.extend((unit.store(each.asname or each.name), _TYPED.get(each.name)) for each in node.names)
    else:
        module = _module(unit, node, node.module or "")
        for each in node.names:
            if each.name == "*" and unit.layout is not unit.module:
                raise unit.refusal(
                    node,
                    Message("everything of a module can only be imported outside functions and classes"),
                    Message("put the line at the top of the program, or name what is needed"),
                )
            if each.name == "*":
                for name, value in module.members.items():
                    unit.module.slot(name)
                    pairs.append((unit.store(name), value))
                continue
            inner = f"{node.module}.{each.name}"
            if isinstance(module, Absent):
                pairs.append((unit.store(each.asname or each.name), Absent(inner, module.reason)))
                continue
            modules = unit.machine.library["modules"]
            try:
                value = modules[inner] if inner in modules else member(unit.machine, module, each.name)
            except FOREIGN as error:
                raise placed(error, unit.source.span(node)) from None
            pairs.append((unit.store(each.asname or each.name), value))

    def run(frame: Frame) -> Any:
        for store, value in pairs:
            store(frame, value)

    return run


_FUTURE: Final = frozenset(__future__.all_feature_names)
_TYPED: Final = {
    "NamedTuple": Absent("typing.NamedTuple", Message("write collections.namedtuple, or a class under @dataclass"))
}
"""What a program takes from `typing` to do more than annotate."""
_NO_FILES: Final = Message("there are no files and no network here; write a few small samples as lists")
_NO_SAMPLES: Final = Message("there are no data sets here; write a few small samples as lists")
_LEAVE_OUT: Final = Message("nothing here needs it; leave it out")
_ELSEWHERE: Final = {
    "seaborn": Message("there is no drawing by program here: the loss is drawn beside the graph; leave it out"),
    **dict.fromkeys(("torchvision", "PIL", "cv2", "requests", "urllib", "zipfile", "tarfile"), _NO_FILES),
    **dict.fromkeys(("pathlib", "glob", "json", "pickle", "csv", "gzip", "shutil"), _NO_FILES),
    **dict.fromkeys(("sklearn", "pandas", "datasets", "torchtext", "transformers", "scipy", "d2l"), _NO_SAMPLES),
    **dict.fromkeys(("graphviz", "torchviz", "torchsummary", "torchinfo", "wandb", "tensorboard"), _LEAVE_OUT),
    **dict.fromkeys(("datetime", "pprint", "google"), _LEAVE_OUT),
    "gym": Message("there are no environments here; write the few steps of one as a class"),
    "gymnasium": Message("there are no environments here; write the few steps of one as a class"),
}
"""Modules that programs import and that are not here: they are refused where they are used."""


def _elsewhere(name: str) -> Message | None:
    root = name.partition(".")[0]
    return _ELSEWHERE.get("tensorboard" if name.startswith("torch.utils.tensorboard") else root)


def _module(unit: Unit, node: ast.stmt, name: str) -> Namespace:
    modules: dict[str, Namespace] = unit.machine.library["modules"]
    if name in modules:
        return modules[name]
    hint = _elsewhere(name)
    if hint is not None and name.isascii():
        return Absent(name, hint)
    hint = Message(
        "there are torch, numpy, math, random, string, collections, dataclasses, functools, itertools and micrograd"
    )
    raise unit.refusal(node, Message("`{name}` cannot be imported", name=name[:60]), hint)
