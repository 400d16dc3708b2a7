"""The programs the page offers, from the lecture's first neuron on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.programs import Program, program
from engine.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """`slug` names it in addresses; `title` and `shows` are said in the reader's language."""

    slug: str
    title: Message
    shows: Message
    source: str
    inputs: Mapping[str, float] = field(default_factory=dict)

    @property
    def program(self) -> Program:
        """The example as a run."""
        return program(self.source, self.inputs)


_LINEAR = "ŷ = x * w\nr = ŷ - y\nloss = r ** 2"

EXAMPLES = (
    Example(
        slug="linear",
        title=Message("Linear model"),
        shows=Message("One neuron, one sample: how should w change?"),
        source=_LINEAR,
        inputs={"x": 1.0, "w": 1.0, "y": 2.0},
    ),
    Example(
        slug="exercise-1",
        title=Message("Exercise: another sample"),
        shows=Message("The same neuron with x = 2 and y = 4."),
        source=_LINEAR,
        inputs={"x": 2.0, "w": 1.0, "y": 4.0},
    ),
    Example(
        slug="exercise-2",
        title=Message("Exercise: with a bias"),
        shows=Message("A bias b joins in; what are the gradients of w and b?"),
        source="ŷ = x * w + b\nr = ŷ - y\nloss = r ** 2",
        inputs={"x": 1.0, "w": 1.0, "b": 2.0, "y": 2.0},
    ),
    Example(
        slug="twice",
        title=Message("One value used twice"),
        shows=Message("Two edges from x: their contributions add up."),
        source="x * x",
        inputs={"x": 3.0},
    ),
    Example(
        slug="diamond",
        title=Message("Two ways to the loss"),
        shows=Message("a reaches the loss through b and through c."),
        source="b = a * 2\nc = a + 1\nloss = b * c",
        inputs={"a": 2.0},
    ),
    Example(
        slug="neuron",
        title=Message("A neuron with a sigmoid"),
        shows=Message("Two inputs, a bias, and a slope of at most a quarter."),
        source="sigmoid(w0*x0 + w1*x1 + w2)",
        inputs={"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0},
    ),
    Example(
        slug="quadratic",
        title=Message("Quadratic model"),
        shows=Message("Three weights share the error of one sample."),
        source="ŷ = w1 * x**2 + w2 * x + b\nr = ŷ - y\nloss = r ** 2",
        inputs={"x": 2.0, "w1": 1.0, "w2": 1.0, "b": 0.0, "y": 7.0},
    ),
    Example(
        slug="vanishing",
        title=Message("A gradient that vanishes"),
        shows=Message("Three sigmoids in a row leave almost nothing for w."),
        source="h1 = sigmoid(w * 4)\nh2 = sigmoid(h1 * 4)\nh3 = sigmoid(h2 * 4)\nloss = (h3 - 0) ** 2",
        inputs={"w": 1.5},
    ),
    Example(
        slug="relu",
        title=Message("A ReLU that is off"),
        shows=Message("Its operand is negative, so no gradient passes."),
        source="h = relu(w * x + b)\nloss = (h - y) ** 2",
        inputs={"w": -2.0, "x": 1.0, "b": 0.5, "y": 1.0},
    ),
)
OPENING = EXAMPLES[0]


def example(slug: str) -> Example | None:
    """The example of that name, or None."""
    return next((each for each in EXAMPLES if each.slug == slug), None)
