import torch
x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(3.0)
(x * y).backward()
print(x.grad)
print(y.grad)
print(y.grad.item())
