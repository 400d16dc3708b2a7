import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.exp()
d = y.detach()
d.zero_()
print(y)
try:
    y.sum().backward()
except RuntimeError as e:
    print('refused')
y = x * 2
d = y.detach()
d.zero_()
y.sum().backward()
print(x.grad, y)
z = (x ** 2)
z.data.mul_(100)
z.sum().backward()
print(x.grad, z)
