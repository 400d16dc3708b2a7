# match: settings, commands and activations chosen by patterns
import torch
from dataclasses import dataclass
from torch import nn


@dataclass
class Conv:
    channels: int
    kernel: int = 3


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def layer(description):
    match description:
        case torch.Tensor(shape=shape):
            return "tensor", shape
        case "relu":
            return nn.ReLU()
        case "tanh" | "sigmoid" as name:
            return nn.Tanh() if name == "tanh" else nn.Sigmoid()
        case ("linear", int(inputs), int(outputs)):
            return nn.Linear(inputs, outputs)
        case ["linear", *sizes]:
            return f"sizes {sizes}"
        case {"kind": "dropout", "p": p, **others}:
            return p, others
        case Conv(channels, kernel=1):
            return "pointwise", channels
        case Conv(channels, kernel):
            return "conv", channels, kernel
        case Point(0, 0):
            return "origin"
        case Point(x=0, y=y) if y > 0:
            return "up", y
        case Point():
            return "elsewhere"
        case None | True:
            return "nothing"
        case -1 | 2.5:
            return "a number"
        case float() | int():
            return "another number"
        case str(text):
            return text.upper()
        case [[a, b], (c, *_)]:
            return a + b + c
        case []:
            return "empty"
        case _:
            return "unknown"


torch.manual_seed(0)
given = ["relu", "tanh", "sigmoid", ("linear", 2, 3), ["linear", 2], ("linear",), {"kind": "dropout", "p": 0.5, "q": 1}]
given += [{"kind": "dropout"}, Conv(8), Conv(8, 1), Point(0, 0), Point(0, 2), Point(0, -2), None, True, -1, 2.5, 7, "word"]
given += [[[1, 2], [3, 4, 5]], [], (), torch.ones(2), {1}, False]
for each in given:
    print(layer(each))


def count(values):
    total = 0
    for value in values:
        match value:
            case 0:
                continue
            case n if n > 100:
                break
            case n:
                total += n
    return total


print(count([1, 0, 2, 3, 101, 4]))
w = torch.tensor(2.0, requires_grad=True)
match w.shape:
    case ():
        loss = w * w
    case _:
        loss = w.sum()
loss.backward()
print(w.grad)


def numbers(kind):
    match kind:
        case "two":
            yield 1
            yield 2
        case _:
            yield 0


print(list(numbers("two")), list(numbers("x")))
match 3:
    case Point(1, 2, 3):
        pass
match Point(1, 2):
    case Point(1, 2, 3):
        pass
