"""The programs the page offers, from a first neuron to an attention head; their sources are in `gallery`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from app.files import package_file
from app.programs import Program, program
from engine.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """`slug` names it in addresses; `title` and `shows` are said in the reader's language. `rows` are those of the
    lecture that it teaches, `lens` the view that is open beside its graph."""

    slug: str
    title: Message
    shows: Message
    inputs: Mapping[str, float] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    lens: str = ""

    @property
    def source(self) -> str:
        """The program as its reader sees it."""
        return _source(self.slug)

    @property
    def program(self) -> Program:
        """The example as a run."""
        return program(self.source, self.inputs)


@dataclass(frozen=True, slots=True)
class Room:
    """Examples that belong together."""

    title: Message
    examples: tuple[Example, ...]


@cache
def _source(slug: str) -> str:
    return package_file("gallery", f"{slug}.txt").read_text(encoding="utf-8").rstrip("\n")


ROOMS = (
    Room(
        Message("One neuron"),
        (
            Example(
                slug="linear",
                title=Message("Linear model"),
                shows=Message("One neuron, one sample: how should w change?"),
                inputs={"x": 1.0, "w": 1.0, "y": 2.0},
                rows=("L1", "L4", "L9"),
            ),
            Example(
                slug="exercise-1",
                title=Message("Exercise: another sample"),
                shows=Message("The same neuron with x = 2 and y = 4."),
                inputs={"x": 2.0, "w": 1.0, "y": 4.0},
                rows=("L9",),
            ),
            Example(
                slug="exercise-2",
                title=Message("Exercise: with a bias"),
                shows=Message("A bias b joins in; what are the gradients of w and b?"),
                inputs={"x": 1.0, "w": 1.0, "b": 2.0, "y": 2.0},
                rows=("L9",),
            ),
            Example(
                slug="node",
                title=Message("One node"),
                shows=Message("Forward keeps the local derivatives; backward multiplies them by what arrives."),
                inputs={"x": 2.0, "w": 3.0},
                rows=("L8",),
            ),
            Example(
                slug="search",
                title=Message("Searching for the best w"),
                shows=Message(
                    "All values of w are tried on the landscape; the gradient knows the way down without that."
                ),
                rows=("L2",),
                lens="landscape",
            ),
        ),
    ),
    Room(
        Message("How gradients travel"),
        (
            Example(
                slug="twice",
                title=Message("One value used twice"),
                shows=Message("Two edges from x: their contributions add up."),
                inputs={"x": 3.0},
            ),
            Example(
                slug="diamond",
                title=Message("Two ways to the loss"),
                shows=Message("a reaches the loss through b and through c."),
                inputs={"a": 2.0},
            ),
            Example(
                slug="neuron",
                title=Message("A neuron with a sigmoid"),
                shows=Message("Two inputs, a bias, and a slope of at most a quarter."),
                inputs={"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0},
            ),
            Example(
                slug="saturated",
                title=Message("A sigmoid on every number"),
                shows=Message("Where it is flat, at −8 and 8, almost no gradient passes."),
                rows=("L7",),
            ),
            Example(
                slug="vanishing",
                title=Message("A gradient that vanishes"),
                shows=Message("Three sigmoids in a row leave almost nothing for w."),
                inputs={"w": 1.5},
                rows=("L7",),
            ),
            Example(
                slug="relu",
                title=Message("A ReLU that is off"),
                shows=Message("Its operand is negative, so no gradient passes."),
                inputs={"w": -2.0, "x": 1.0, "b": 0.5, "y": 1.0},
            ),
            Example(
                slug="slope",
                title=Message("The gradient of a gradient"),
                shows=Message("w.grad is a tensor too: it can be used, and differentiated again."),
                rows=("L10",),
            ),
        ),
    ),
    Room(
        Message("Layers"),
        (
            Example(
                slug="weights",
                title=Message("How many weights?"),
                shows=Message("Layers of 6, 7 and 7 units have 30, 42 and 49 weights; one product can be unfolded."),
                rows=("L3",),
            ),
            Example(
                slug="two-layers",
                title=Message("Two layers of matrices"),
                shows=Message("A network as matrix products and sums, with a sigmoid between them."),
                rows=("L5", "L7"),
            ),
            Example(
                slug="collapse",
                title=Message("Two linear layers are one"),
                shows=Message("Both graphs side by side: for every x the same output. Change x and see."),
                rows=("L6",),
            ),
            Example(
                slug="no-collapse",
                title=Message("With a sigmoid they are not"),
                shows=Message("One sigmoid between the layers, and no single layer does the same any more."),
                rows=("L6", "L7"),
            ),
        ),
    ),
    Room(
        Message("Training"),
        (
            Example(
                slug="training",
                title=Message("Training, as in the lecture"),
                shows=Message("300 passes of PyTorch code: see how w finds its way to 2."),
                rows=("L1", "L11"),
            ),
            Example(
                slug="forgotten",
                title=Message("Gradients that pile up"),
                shows=Message("The same without zero_(): old gradients are added to new ones, and w overshoots."),
                rows=("L11",),
            ),
            Example(
                slug="quadratic",
                title=Message("Quadratic model"),
                shows=Message("Three weights share the error of one sample."),
                inputs={"x": 2.0, "w1": 1.0, "w2": 1.0, "b": 0.0, "y": 7.0},
                rows=("L12",),
            ),
            Example(
                slug="parabola",
                title=Message("Training three weights"),
                shows=Message("Gradient descent on a parabola; its landscape is a long valley."),
                rows=("L2", "L12"),
                lens="landscape",
            ),
            Example(
                slug="long-training",
                title=Message("10,000 epochs"),
                shows=Message("The parabola at the end of a long training: the prediction is 21, almost."),
                rows=("L12",),
            ),
            Example(
                slug="momentum",
                title=Message("Momentum"),
                shows=Message("The optimizer keeps a velocity for each weight: see it build up and carry on."),
                lens="landscape",
            ),
            Example(
                slug="xor",
                title=Message("A network learns XOR"),
                shows=Message(
                    "Two layers and Adam. In the landscape, v4(x) shows how they learn to tell samples apart."
                ),
            ),
        ),
    ),
    Room(
        Message("Further on"),
        (
            Example(
                slug="classes",
                title=Message("Three classes"),
                shows=Message("Cross-entropy as one operation; open it and see the softmax inside."),
            ),
            Example(
                slug="filter",
                title=Message("A convolution"),
                shows=Message("A small filter slides over an image; its gradient gathers all the places it was at."),
            ),
            Example(
                slug="attention",
                title=Message("An attention head"),
                shows=Message("Queries, keys and values: gradients through a softmax."),
            ),
        ),
    ),
)
EXAMPLES = tuple(each for room in ROOMS for each in room.examples)
OPENING = EXAMPLES[0]


def example(slug: str) -> Example | None:
    """The example of that name, or None."""
    return next((each for each in EXAMPLES if each.slug == slug), None)
