import torch
import torch.nn as nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
for p in net[0].parameters():
    p.requires_grad = False
loss = net(torch.ones(1, 2)).sum()
loss.backward()
print([p.grad is None for p in net.parameters()])
print([name for name, p in net.named_parameters() if p.requires_grad])
