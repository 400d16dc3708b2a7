"""The published JSON Schema of a snapshot, derived from the engine's own types."""

import dataclasses
import functools
import operator
import types
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from engine.dtypes import Array
from engine.snapshot import ASIDE, FORMAT, PREVIEW, Snapshot


class Tensor(BaseModel):
    """An array as `engine.snapshot.array_json` writes it."""

    shape: list[int] = Field(description="Never empty: a value of shape [] is a number.", min_length=1)
    dtype: str
    min: float | None = Field(description="Of all elements that are numbers; null if none is.")
    max: float | None
    mean: float | None
    preview: list[Any] = Field(description=f"The first elements as nested lists, at most {PREVIEW} of them.")


def snapshot_schema() -> dict[str, Any]:
    """JSON Schema of `gradstep/1`."""
    schema = TypeAdapter(_written(Snapshot)).json_schema(schema_generator=_JsonNumbers, mode="serialization")
    properties = schema["properties"]
    properties["pass"] = properties.pop("pass_index") | {"title": "Pass"}
    properties["format"]["const"] = FORMAT
    schema["required"] = ["format", *("pass" if name == "pass_index" else name for name in schema["required"])]
    for part in (schema, *schema["$defs"].values()):
        part["additionalProperties"] = False
        part["required"] = [name for name in part["properties"] if name != "$schema"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "gradstep snapshot"} | schema


class _JsonNumbers(GenerateJsonSchema):
    """Floats that may also be the three strings of `engine.snapshot.number`."""

    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        return {"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]}


@functools.cache
def _written(hint: Any) -> Any:
    """A type of the snapshot as JSON has it: an array is a Tensor, everything else is what it was."""
    if hint == Array:
        return Tensor
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _dataclass(hint)
    arguments = get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        return functools.reduce(operator.or_, map(_written, arguments))
    if get_origin(hint) is tuple:
        return tuple[tuple(map(_written, arguments))]  # type: ignore[misc]
    return hint


def _dataclass(original: type) -> type:
    hints = get_type_hints(original)
    fields: list[tuple[str, Any, Any]] = []
    for each in dataclasses.fields(original):
        if each.metadata == ASIDE:
            continue
        default = {} if each.default is dataclasses.MISSING else {"default": each.default}
        fields.append((each.name, _written(hints[each.name]), dataclasses.field(**default)))
    made = dataclasses.make_dataclass(original.__name__, fields, kw_only=True)
    made.__doc__ = original.__doc__
    return made
