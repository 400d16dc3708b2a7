import torch
torch.manual_seed(0)
x = torch.linspace(0, 1, 20)
y = 3 * x + 2 + 0.1 * torch.randn(20)
w = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(101):
    y_hat = w * x + b
    loss = ((y_hat - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.5 * w.grad
        b -= 0.5 * b.grad
    w.grad.zero_()
    b.grad.zero_()
    if epoch % 25 == 0:
        print(f"{epoch:>4} loss={loss.item():.5f} w={w.item():.4f} b={b.item():.4f}")
