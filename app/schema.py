"""What crosses HTTP, as types: request bodies, answers, and the snapshot's published JSON Schema."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from engine.snapshot import FORMAT, Snapshot

Finite = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Number = Finite | Literal["NaN", "Infinity", "-Infinity"]
"""A number as it crosses JSON; what is not finite is a string."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Submission(_Strict):
    """A program to run."""

    source: str = Field(examples=["(x*w - y)**2"], description="An expression, or lines such as `y = x * w`.")
    inputs: dict[str, Number] = Field(
        default_factory=dict, examples=[{"x": 1.0, "w": 1.0, "y": 2.0}], description="The values of the leaves."
    )
    seed: int = Field(default=0, ge=0, lt=2**63, strict=True, description="For programs that draw random numbers.")


class Play(Submission):
    """A program to be shown, as a page asks for it while somebody types or drags."""

    structure: str | None = Field(
        default=None, max_length=64, description="The structure the page has a picture of; then none is sent."
    )
    only: int | None = Field(default=None, ge=0, description="The one step to caption, while numbers change quickly.")
    fill: Finite | None = Field(default=None, description="The value of leaves that have none yet.")
    typed: bool = Field(default=False, description="The source was just typed: a number in it holds against `inputs`.")


class Leaf(BaseModel):
    """A leaf's value and its gradient (null: not reached)."""

    value: Number
    gradient: Number | None


class Pass(BaseModel):
    """One forward and backward pass in short. `parameters` are the leaves that get a gradient."""

    index: int
    output: str = Field(description="The id of the output node.")
    value: Number
    nodes: int
    steps: int
    parameters: dict[str, Leaf]
    structure: str = Field(description="Passes with the same structure share their layout.")


class RunAnswer(BaseModel):
    """A run and where its parts are."""

    id: str
    passes: list[Pass]
    printed: str
    warnings: list[str]
    links: dict[str, str]


class Problem(BaseModel):
    """What went wrong (RFC 9457). `line` and `column` (both from 1) where a source is at fault."""

    type: str
    title: str
    status: int
    detail: str
    hint: str | None = None
    line: int | None = None
    column: int | None = None
    errors: list[dict[str, Any]] | None = None


def relocated(parts: dict[str, Any]) -> dict[str, Any]:
    """Parts of the snapshot's schema as components of an OpenAPI document."""
    moved: dict[str, Any] = json.loads(json.dumps(parts).replace("#/$defs/", "#/components/schemas/"))
    return moved


class _JsonNumbers(GenerateJsonSchema):
    """Floats that may also be the three strings of `engine.snapshot.number`."""

    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        return {"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]}


def snapshot_schema() -> dict[str, Any]:
    """JSON Schema of `gradstep/1`, derived from the engine's own types."""
    schema = TypeAdapter(Snapshot).json_schema(schema_generator=_JsonNumbers, mode="serialization")
    properties = schema["properties"]
    properties["pass"] = properties.pop("pass_index") | {"title": "Pass"}
    properties["format"]["const"] = FORMAT
    schema["required"] = ["format", *("pass" if name == "pass_index" else name for name in schema["required"])]
    for part in (schema, *schema["$defs"].values()):
        part["additionalProperties"] = False
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "gradstep snapshot"} | schema
