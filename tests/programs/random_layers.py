import torch
import torch.nn as nn
torch.manual_seed(0)
l = nn.Linear(3, 2)
print(l.weight)
print(l.bias)
c = nn.Conv2d(1, 2, 3)
print(c.weight[0])
print(c.bias)
e = nn.Embedding(5, 3)
print(e.weight)
print(nn.Linear(2, 2, bias=False))
