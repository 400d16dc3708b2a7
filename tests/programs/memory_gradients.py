import torch
a = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
b = a * 2
v = b.view(2, 2)
v.mul_(3)
print(b)
(b * b).sum().backward()
print(a.grad)
a.grad = None
b = a * 2
b[1] = 0.0
r = b[2:]
r *= 5
print(b, r)
b.sum().backward()
print(a.grad)
a.grad = None
b = a * 1
v = b.view(4)
b.add_(a)
print(v)
v.sum().backward()
print(a.grad)
