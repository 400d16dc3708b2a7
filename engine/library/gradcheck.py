"""`torch.autograd.gradcheck`: every gradient of a function against central differences."""

from collections.abc import Sequence

import numpy as np

from engine import backward, dtypes, mode
from engine.dtypes import Array
from engine.errors import InputError
from engine.language.aside import aside
from engine.language.machine import Machine
from engine.language.values import Value
from engine.messages import Message
from engine.printing import text
from engine.tensor import Tensor, constant


def gradcheck(
    machine: Machine,
    func: Value,
    inputs: Value,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: Value = True,
    **_: Value,
) -> bool:
    """Whether all agree. Raises `InputError` if they do not, unless told otherwise."""
    given = [inputs] if type(inputs) is Tensor else machine.taken(inputs)
    wanted = [place for place, each in enumerate(given) if type(each) is Tensor and each.requires_grad]
    if not wanted:
        error = InputError(
            Message(
                "gradcheck expects at least one input tensor to require gradient, but none of them have "
                "requires_grad=True."
            ),
            hint=Message("make one with requires_grad=True"),
        )
        error.python = "ValueError"
        raise error
    with aside(machine, given):
        for number, output in enumerate(_outputs(machine, func, given)):
            for place in wanted:
                said = _analytical(output, given[place])
                measured = _numerical(machine, func, given, number, place, float(eps))
                if not np.allclose(said, measured, rtol, atol):
                    if not raise_exception:
                        return False
                    raise _mismatch(number, place, measured, said, given[place])
    return True


def _outputs(machine: Machine, func: Value, given: Sequence[Value]) -> list[Tensor]:
    made = machine.call(func, list(given))
    several = made if isinstance(made, (tuple, list)) else (made,)
    return [each for each in several if type(each) is Tensor and each.dtype.kind == "f"]


def _analytical(output: Tensor, operand: Tensor) -> Array:
    """The Jacobian by the backward pass: a row for each number of the operand, a column for each of the output."""
    columns = np.zeros((np.size(operand.value), np.size(output.value)))
    if not output.requires_grad:
        return columns
    for column in range(columns.shape[1]):
        seed = np.zeros(columns.shape[1], output.dtype)
        seed[column] = 1
        found = backward.sweep(output, seed=dtypes.normal(seed.reshape(output.shape))).gradients.get(operand)
        if found is not None:
            columns[:, column] = np.ravel(found)
    return columns


def _numerical(machine: Machine, func: Value, given: Sequence[Value], number: int, place: int, eps: float) -> Array:
    """The same by moving each number of the operand a little to both sides."""
    operand = given[place]
    here = np.asarray(operand.value)
    rows = []
    for index in np.ndindex(here.shape):
        sides = []
        for step in (eps, -eps):
            moved = here.copy()
            moved[index] += step
            with mode.no_grad():
                other = constant(dtypes.normal(moved))
                made = _outputs(machine, func, [*given[:place], other, *given[place + 1 :]])[number]
            sides.append(np.ravel(np.asarray(made.value, np.float64)))
        rows.append((sides[0] - sides[1]) / (2 * eps))
    return np.array(rows).reshape(len(rows), -1)


def _mismatch(number: int, place: int, measured: Array, said: Array, operand: Tensor) -> InputError:
    shown = [text(constant(each)) for each in (measured, said)]
    error = InputError(
        Message(
            "Jacobian mismatch for output {number} with respect to input {place}: numerical {measured}, analytical "
            "{said}",
            number=number,
            place=place,
            measured=_brief(measured),
            said=_brief(said),
        ),
        hint=Message("`backward` does not give the slope of `forward`; is a factor missing?")
        if operand.dtype == "float64"
        else Message("such small differences need inputs with dtype=torch.float64"),
    )
    error.said = (
        f"Jacobian mismatch for output {number} with respect to input {place},\n"
        f"numerical:{shown[0]}\nanalytical:{shown[1]}\n"
    )
    return error


def _brief(jacobian: Array) -> str:
    flat = [f"{each:.4g}" for each in jacobian.ravel()[:4]]
    return ", ".join(flat) + (", …" if jacobian.size > len(flat) else "")
