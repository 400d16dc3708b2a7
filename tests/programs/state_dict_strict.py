import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.fc = nn.Linear(2, hidden)
        self.register_buffer("scale", torch.tensor(2.0))
        self.register_buffer("scratch", torch.zeros(hidden), persistent=False)

    def forward(self, x):
        return self.fc(x) * self.scale + self.scratch


torch.manual_seed(0)
net = Net(3)
state = net.state_dict()
print(list(state), [name for name, _ in net.named_buffers()])
print(net.load_state_dict(state))
partial = {"fc.weight": torch.ones(3, 2), "head.bias": torch.zeros(1)}
try:
    net.load_state_dict(partial)
except RuntimeError as error:
    print(error)
print(net.load_state_dict(partial, strict=False))
print(net.fc.weight)
try:
    Net(4).load_state_dict(state)
except RuntimeError as error:
    print(error)
net(torch.ones(1, 2)).sum().backward()
print(net.fc.weight.grad)
