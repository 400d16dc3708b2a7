import torch
import numpy as np
xs = torch.linspace(-1, 1, 3)
X, Y = torch.meshgrid(xs, xs, indexing='ij')
Z = X**2 + Y**2
print(X, Z)
print(torch.stack([X.flatten(), Y.flatten()], dim=1))
a, b = np.meshgrid(np.linspace(0, 1, 3), np.linspace(0, 1, 2))
print(a, b, a.ravel())
w = torch.zeros(2, requires_grad=True)
path = []
for step in range(5):
    f = (w[0] - 1)**2 + 10 * (w[1] + 0.5)**2
    f.backward()
    with torch.no_grad():
        w -= 0.05 * w.grad
        path.append(w.clone().numpy())
    w.grad.zero_()
print(np.array(path))
