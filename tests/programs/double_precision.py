import torch
x = torch.tensor(0.1, dtype=torch.float64, requires_grad=True)
y = torch.exp(-x ** 2) * torch.sin(3 * x)
y.backward()
print(y, x.grad)
print(y.item(), x.grad.item())
def numeric(f, v, h=1e-6):
    return (f(v + h) - f(v - h)) / (2 * h)
import math
print(f"{numeric(lambda v: math.exp(-v ** 2) * math.sin(3 * v), 0.1):.8f}")
