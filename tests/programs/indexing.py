import torch
x = torch.arange(12.0).reshape(3, 4)
x.requires_grad_()
print(x[0], x[1, 2], x[:, 1], x[-1], x[0:2, 1:3])
y = x[1].sum() + x[0, 0] * 3 + x[:, -1].mean()
y.backward()
print(x.grad)
