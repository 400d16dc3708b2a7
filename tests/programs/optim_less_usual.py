# Adadelta, Adamax, NAdam, RAdam, ASGD and Rprop, step by step, with their settings
import torch
from torch import nn

x = torch.linspace(-1, 1, 12).reshape(6, 2)
y = x[:, :1] * 2 - x[:, 1:] * 0.5 + 0.3


def train(make, steps=12):
    torch.manual_seed(3)
    model = nn.Linear(2, 1)
    optimizer = make(model.parameters())
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
    print(type(optimizer).__name__, model.weight, model.bias, loss.item())
    return optimizer


optim = torch.optim
print(train(optim.Adadelta))
train(lambda p: optim.Adadelta(p, lr=0.5, rho=0.8, weight_decay=0.1))
print(train(optim.Adamax))
train(lambda p: optim.Adamax(p, lr=0.1, betas=(0.4, 0.99), weight_decay=0.01))
print(train(optim.NAdam))
train(lambda p: optim.NAdam(p, lr=0.1, momentum_decay=0.01, weight_decay=0.1, decoupled_weight_decay=True))
print(train(optim.RAdam))
train(lambda p: optim.RAdam(p, lr=0.1, weight_decay=0.1))
train(lambda p: optim.RAdam(p, lr=0.1, betas=(0.9, 0.9), decoupled_weight_decay=True, weight_decay=0.1), steps=30)
print(train(optim.ASGD))
train(lambda p: optim.ASGD(p, lr=0.1, lambd=0.01, t0=4, weight_decay=0.01))
print(train(optim.Rprop))
train(lambda p: optim.Rprop(p, lr=0.1, etas=(0.3, 1.5), step_sizes=(0.01, 0.2)), steps=20)
train(lambda p: optim.Adam(p, lr=0.1, maximize=True), steps=3)
w = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
for kind in (optim.Adadelta, optim.Adamax, optim.NAdam, optim.RAdam, optim.ASGD, optim.Rprop):
    optimizer = kind([w])
    for _ in range(3):
        optimizer.zero_grad()
        (w**2 * 3).backward()
        optimizer.step()
    print(w.item())
