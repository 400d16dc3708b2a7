import torch
import torch.nn as nn
x = torch.tensor([[1.0, 2.0, 3.0], [2.0, 0.0, -1.0]], requires_grad=True)
ln = nn.LayerNorm(3)
y = ln(x)
print(y.detach())
(y ** 2 * torch.tensor([1.0, 2.0, 3.0])).sum().backward()
print(ln.weight.grad, ln.bias.grad)
print(ln)
