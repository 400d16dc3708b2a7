"""What crosses HTTP, as types: request bodies and answers."""

import json
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, WithJsonSchema

Finite = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Number = Finite | Literal["NaN", "Infinity", "-Infinity"]
"""A number as it crosses JSON; what is not finite is a string."""


_DEEP: Final = 6  # the rank of a tensor


def _cells(value: Any, depth: int = 1) -> Any:
    """Refuses what is no tensor before anything is made of it."""
    for each in value:
        if isinstance(each, list):
            if depth == _DEEP:
                raise ValueError(f"a tensor has at most {_DEEP} dimensions")
            _cells(each, depth + 1)
        else:
            _NUMBER.validate_python(each)
    return value


_NUMBER: Final[TypeAdapter[Any]] = TypeAdapter(Number)
Cells = Annotated[
    list[Any],
    AfterValidator(_cells),
    WithJsonSchema({"type": "array", "items": {}, "description": "Nested lists of numbers: the value of a tensor."}),
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Submission(_Strict):
    """A program to run."""

    source: str = Field(examples=["(x*w - y)**2"], description="An expression, or lines such as `y = x * w`.")
    inputs: dict[str, Number | Cells] = Field(
        default_factory=dict,
        examples=[{"x": 1.0, "w": 1.0, "y": 2.0}],
        description="The values of the leaves; of a tensor as nested lists.",
    )
    seed: int = Field(default=0, ge=0, lt=2**63, strict=True, description="For programs that draw random numbers.")
    opened: list[Annotated[str, Field(max_length=64)]] = Field(
        default_factory=list,
        max_length=64,
        examples=[["softmax"]],
        description="Composite operations that are to run as the primitives they are made of.",
    )


class Play(Submission):
    """A program to be shown, as a page asks for it while somebody types or drags."""

    structure: str | None = Field(
        default=None, max_length=64, description="The structure the page has a picture of; then none is sent."
    )
    only: int | None = Field(default=None, ge=0, description="The one step wanted, while numbers change quickly.")
    fill: Finite | None = Field(default=None, description="The value of leaves that have none yet.")
    typed: bool = Field(default=False, description="The source was just typed: a number in it holds against `inputs`.")
    pass_index: int = Field(default=0, ge=0, alias="pass", description="Which pass is shown; at most the last one.")
    moved: dict[str, Finite] = Field(
        default_factory=dict,
        max_length=2,
        description="With `only`: numbers of leaves that are elsewhere in this pass alone.",
    )


class OfPass(Submission):
    """One pass of a program."""

    pass_index: int = Field(default=0, ge=0, alias="pass")


class Ground(OfPass):
    """Where a landscape of the loss is wanted."""

    over: list[Annotated[str, Field(max_length=80)]] = Field(
        min_length=1,
        max_length=2,
        description="One number or two: a leaf that is one, or a cell of a leaf, `w[0, 1]`.",
        examples=[["w"]],
    )
    of: str | None = Field(
        default=None,
        max_length=80,
        description="Which number is the height: a result or a cell of one; else the output.",
    )
    ranges: list[tuple[Finite, Finite]] | None = Field(
        default=None, min_length=1, max_length=2, description="From where to where for each of them."
    )
    loose: bool = Field(default=False, description="Other ranges where the point or the path are not within these.")
    at: list[Finite] | None = Field(
        default=None, min_length=1, max_length=2, description="Another point than that of the pass."
    )
    all_samples: bool = Field(default=False, description="The mean over all passes whose data differ.")


class Ways(OfPass):
    """Which paths are wanted."""

    leaf: str = Field(examples=["w"], max_length=64)


class Leaf(BaseModel):
    """A leaf's value (null: a tensor of several numbers) and its gradient (null: not reached)."""

    value: Number | None
    gradient: Number | None


class Pass(BaseModel):
    """One forward and backward pass in short. `parameters` are the leaves that get a gradient."""

    index: int
    output: str = Field(description="The id of the output node.")
    value: Number | None
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


class JobLimits(BaseModel):
    """What one program may use."""

    operations: int
    steps: int
    seconds: float


class Job(BaseModel):
    """A computation that is still going on, or whose answer waits to be collected."""

    id: str
    state: Literal["waiting", "computing", "drawing", "done", "cancelled"]
    passes: int = Field(description="Backward passes so far.")
    operations: int = Field(description="Recorded results so far.")
    steps: int = Field(description="Steps of the interpreter so far.")
    seconds: float = Field(description="Since it was asked for.")
    limits: JobLimits
    links: dict[str, str] = Field(description="`self`, and `answer`, which waits for the end.")


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
