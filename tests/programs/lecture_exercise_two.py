import torch
x, y = 1.0, 2.0
w = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(2.0, requires_grad=True)
loss = (x * w + b - y) ** 2
loss.backward()
print("dw", w.grad.item(), "db", b.grad.item())
