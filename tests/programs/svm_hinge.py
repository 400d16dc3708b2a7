import torch
X = torch.tensor([[1.0, 2.0], [-1.0, -2.0], [2.0, -0.5]])
y = torch.tensor([1.0, -1.0, -1.0])
w = torch.tensor([0.1, 0.1], requires_grad=True)
for i in range(3):
    loss = torch.clamp(1 - y * (X @ w), min=0).mean() + 0.01 * w.norm() ** 2
    loss.backward()
    with torch.no_grad():
        w.sub_(0.1 * w.grad)
        w.grad.zero_()
    print(f"{loss.item():.5f}", w)
