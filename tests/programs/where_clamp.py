import torch
x = torch.tensor([-1.5, -0.2, 0.3, 2.0], requires_grad=True)
y = torch.where(x > 0, x * 2, x * 0.1)
z = torch.clamp(x, -1.0, 1.0)
m = torch.maximum(x, torch.zeros(4))
print(y, z, m)
(y + z + m).sum().backward()
print(x.grad)
