import torch
x = torch.tensor(3.0, requires_grad=True)
for k in range(3):
    (x ** 2).backward()
    print(k, x.grad)
x.grad.zero_()
print(x.grad)
x.grad = None
(2 * x).backward()
print(x.grad)
