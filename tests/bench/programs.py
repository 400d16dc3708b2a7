"""The programs that are measured: scalar networks written out, as students write them."""

import random


def network(inputs: int, hidden: int) -> tuple[str, dict[str, float]]:
    """A two-layer network with tanh and a squared error, one line per neuron, and values for its leaves."""
    draw = random.Random(1)
    leaves: dict[str, float] = {}

    def leaf(name: str) -> str:
        leaves.setdefault(name, round(draw.uniform(-1, 1), 2))
        return name

    def weighted(prefix: str, values: list[str]) -> str:
        return " + ".join(f"{leaf(f'{prefix}{index}')}*{value}" for index, value in enumerate(values))

    x = [leaf(f"x{index}") for index in range(inputs)]
    lines = [f"h{j} = tanh({weighted(f'w{j}_', x)} + {leaf(f'b{j}')})" for j in range(hidden)]
    lines.append(f"ŷ = {weighted('v', [f'h{j}' for j in range(hidden)])} + {leaf('c')}")
    lines.append(f"loss = (ŷ - {leaf('y')})**2")
    return "\n".join(lines), leaves
