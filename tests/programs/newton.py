import torch
x = torch.tensor(1.5, requires_grad=True)
for i in range(6):
    y = x ** 4 - 3 * x ** 2 + x
    (g,) = torch.autograd.grad(y, x, create_graph=True)
    (h,) = torch.autograd.grad(g, x)
    with torch.no_grad():
        x -= g / h
    print(i, f"{x.item():.6f} {g.item():.4f} {h.item():.3f}")
