import torch
x = torch.arange(12.0).reshape(2, 2, 3)
w = torch.ones(3, 2, requires_grad=True)
y = x @ w
print(y.shape, y)
y.mean().backward()
print(w.grad)
