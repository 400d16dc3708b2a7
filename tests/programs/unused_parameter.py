import torch
a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(2.0, requires_grad=True)
c = a * 0 + 3 * a
c.backward()
print(a.grad, b.grad)
