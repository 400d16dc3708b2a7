import torch
import torch.nn as nn
torch.manual_seed(1)
l = nn.Linear(4, 3)
nn.init.zeros_(l.bias)
nn.init.xavier_uniform_(l.weight)
print(l.weight)
nn.init.kaiming_normal_(l.weight, nonlinearity='relu')
print(l.weight.shape, l.bias)
nn.init.constant_(l.weight, 0.5)
print(l.weight)
with torch.no_grad():
    l.weight[0] = 2.0
print(l(torch.ones(4)))
