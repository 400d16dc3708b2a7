import torch
import torch.nn as nn
class Block(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.lin = nn.Linear(n, n)
        self.act = nn.ReLU()
    def forward(self, x):
        return x + self.act(self.lin(x))
class Net(nn.Module):
    def __init__(self, n=2, depth=2):
        super().__init__()
        self.blocks = nn.ModuleList([Block(n) for _ in range(depth)])
        self.scale = nn.Parameter(torch.ones(1))
        self.head = nn.Linear(n, 1)
    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x) * self.scale
torch.manual_seed(5)
net = Net()
print(net)
for name, p in net.named_parameters():
    print(name, p.shape)
out = net(torch.ones(1, 2))
out.backward()
print(net.scale.grad.shape, out.shape)
net.zero_grad()
print(net.scale.grad)
net.eval()
print(net.training, net.blocks[0].training)
net.train()
print(net.training, len(list(net.parameters())))
