import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = torch.tensor([3.0, 4.0], requires_grad=True)
z = (x * y).sum()
print(torch.autograd.grad(z, [x, y]))
print(x.grad)

f = x[0] ** 3 + x[0] * x[1]
(first,) = torch.autograd.grad(f, x, create_graph=True)
print(first)
print(torch.autograd.grad(first[0], x, retain_graph=True), torch.autograd.grad(first[1], x))

unused = torch.tensor(1.0, requires_grad=True)
print(torch.autograd.grad((x * x).sum(), [x, unused], allow_unused=True))
print(torch.autograd.grad([x.sum(), (y * y).sum()], [x, y]))
try:
    torch.autograd.grad((x * x).sum(), unused)
except RuntimeError as e:
    print("unused")
