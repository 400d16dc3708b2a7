import torch
w = torch.tensor([3.0, -2.0], requires_grad=True)
v = torch.zeros(2)
for i in range(4):
    loss = (w * torch.tensor([1.0, 10.0]) * w).sum()
    loss.backward()
    v = 0.9 * v + w.grad
    with torch.no_grad():
        w -= 0.01 * v
    w.grad.zero_()
    print(i, w, v)
