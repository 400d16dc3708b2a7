from dataclasses import asdict, dataclass, field, replace

import torch
from torch import nn


@dataclass
class Config:
    width: int = 4
    depth: int = 2
    rate: float = 0.1
    sizes: list = field(default_factory=list)

    def __post_init__(self):
        self.sizes = self.sizes or [self.width] * self.depth


@dataclass(frozen=True)
class Point:
    x: float
    y: float = 0.5

    def norm(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5


@dataclass
class Deeper(Config):
    name: str = "deeper"
    at: Point = Point(3.0, 4.0)


config = Config(depth=3, rate=0.2)
print(config)
print(config.sizes is Config().sizes, Config() == Config(), Config() == config)
deeper = Deeper(2, name="net")
print(deeper, deeper.at.norm())
print(asdict(deeper))
moved = replace(deeper.at, y=1.0)
print(moved, moved == Point(3.0, 1.0), Point(1.0))
try:
    moved.x = 2.0
except AttributeError as error:
    print("frozen", error)
try:
    Point()
except TypeError:
    print("x is missing")


class Net(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.scale = nn.Parameter(torch.full((config.width,), 0.5))

    def forward(self, x):
        return (x * self.scale).sum()


net = Net(Config(width=3))
for step in range(2):
    loss = (net(torch.tensor([1.0, 2.0, 3.0])) - 1.0) ** 2
    net.zero_grad()
    loss.backward()
    with torch.no_grad():
        net.scale -= net.config.rate * net.scale.grad
    print(step, loss.item(), net.scale)
