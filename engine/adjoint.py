"""The backward pass of a result as a graph of its own: every contribution and every sum of them is a node."""

from collections.abc import Sequence

import numpy as np

from engine import backward, dtypes
from engine.errors import InputError
from engine.messages import Message
from engine.recording import labels, snapshot
from engine.snapshot import Snapshot
from engine.tensor import Tensor, constant


def gradient_snapshot(output: Tensor, inputs: Tensor | Sequence[Tensor] | None = None) -> Snapshot:
    """The backward pass of `output` from seed 1, down to the gradients of `inputs` (by default of all leaves), as a
    pass to be stepped through like any other: forward it computes the gradients, which are called `∂out/∂w`, backward
    the second derivatives of the one that is complete last. NB: the graph of PyTorch's `create_graph=True`.

    Raises `InputError` if `output` depends on none of the inputs.
    """
    made = backward.reachable(output)
    names = labels(made, output)
    seed = constant(dtypes.normal(np.ones(output.shape, output.dtype)))
    backward.seed(output, seed)
    gradients = backward.sweep(output, seed=seed, traced=True).gradients
    wanted = (inputs,) if isinstance(inputs, Tensor) else inputs
    if wanted is None:
        wanted = [each for each in made if each.op is None]
    found = [gradients[each] for each in wanted if each in gradients]
    if not found:
        raise InputError(
            Message("the result was made from none of these inputs"),
            hint=Message("give leaves with requires_grad=True that it depends on"),
        )
    of = dict(zip(made, names, strict=True))
    called = {each: name for each, name in of.items() if each.op is not None}
    for tensor, gradient in gradients.items():
        if gradient.op is not None:
            called.setdefault(gradient, f"∂{of[output]}/∂{of[tensor]}")
    return snapshot(found, called=called)
