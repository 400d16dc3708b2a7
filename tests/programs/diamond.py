import torch
a = torch.tensor(2.0, requires_grad=True)
b = a * 2
c = a + 1
loss = b * c
loss.backward()
print(loss.item(), a.grad.item())
b = a + a
c = b + b
c.backward()
print(a.grad)
