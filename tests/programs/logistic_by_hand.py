import torch
X = torch.tensor([[1.0, 2.0], [2.0, 1.0], [-1.0, -1.5], [-2.0, 0.0]])
y = torch.tensor([1.0, 1.0, 0.0, 0.0])
w = torch.zeros(2, requires_grad=True)
b = torch.tensor(0.0, requires_grad=True)
for i in range(4):
    z = X @ w + b
    p = 1 / (1 + torch.exp(-z))
    loss = -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()
    loss.backward()
    print(f"{loss.item():.5f}", w.grad, b.grad)
    for param in [w, b]:
        param.data -= 0.5 * param.grad
        param.grad.zero_()
