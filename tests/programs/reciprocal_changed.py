import torch
a = torch.tensor([1.0, 2.0], requires_grad=True)
c = a * 2
d = 2 / c
c *= 3
try:
    (d + c).sum().backward()
    print(a.grad)
except RuntimeError as e:
    print('refused')
