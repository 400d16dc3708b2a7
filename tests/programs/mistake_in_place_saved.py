import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.exp()
z = y.sum()
print(z.item() > 0)
y.add_(1)
(y * y).sum().backward()
