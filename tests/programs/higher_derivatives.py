import torch
x = torch.tensor(2.0, requires_grad=True)
y = x ** 3
dy = torch.autograd.grad(y, x, create_graph=True)[0]
d2y = torch.autograd.grad(dy, x, create_graph=True)[0]
d3y = torch.autograd.grad(d2y, x)[0]
print(y.item(), dy.item(), d2y.item(), d3y.item())
