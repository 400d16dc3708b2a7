import copy

import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
average = copy.deepcopy(model)
for parameter in average.parameters():
    parameter.requires_grad_(False)
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for _ in range(3):
    optimizer.zero_grad()
    model(torch.ones(1, 2)).pow(2).sum().backward()
    optimizer.step()
    with torch.no_grad():
        for slow, fast in zip(average.parameters(), model.parameters()):
            slow.mul_(0.9).add_(fast, alpha=0.1)
print(average[2].bias, model[2].bias, average[0].weight.grad is None)
layers = nn.ModuleList([copy.deepcopy(model[0]) for _ in range(2)])
print(layers[0].weight is layers[1].weight, torch.equal(layers[0].weight, layers[1].weight), layers)
nested = {"a": [1, {2}], "b": (np.ones(2), torch.ones(1))}
twin = copy.deepcopy(nested)
twin["a"][0] = 5
twin["b"][0][0] = 7
print(nested, twin["a"][0], twin["b"][0])


def numerical(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    places = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not places.finished:
        place = places.multi_index
        old = x[place]
        x[place] = old + h
        above = f(x)
        x[place] = old - h
        below = f(x)
        x[place] = old
        gradient[place] = (above - below) / (2 * h)
        places.iternext()
    return gradient


x = np.array([[1.0, 2.0], [3.0, 4.0]], copy=True)
print(numerical(lambda x: np.sum(x**3), x).round(3), np.finfo(np.float32).eps.item(), np.any(x > 3), (x > 0).all())
print(np.copy(x).clip(2, 3), x.squeeze().cumsum(), list(np.ndindex(2, 1)), np.isinf(x).any(), np.identity(2))
np.random.seed(0)
print(np.random.beta(0.4, 0.4), np.random.rand())
