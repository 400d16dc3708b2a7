import torch
import torch.nn as nn
bn = nn.BatchNorm1d(2)
x = torch.tensor([[1.0, 10.0], [2.0, 20.0], [3.0, 60.0]])
y = bn(x)
print(y.detach())
print(bn.running_mean, bn.running_var)
bn.eval()
print(bn(x).detach())
print(bn)
