import numpy as np
import torch
x = np.array([1.0, 2.0, 3.0])
y = 2 * x + 1
print(x, y, x.shape, y.mean(), np.sum(x * y), np.exp(x).max() > 20)
t = torch.from_numpy(x)
print(t, t.dtype)
w = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
loss = ((w * t - torch.from_numpy(y)) ** 2).mean()
loss.backward()
print(w.grad)
print(t.numpy(), np.linspace(0, 1, 3), np.arange(4).reshape(2, 2))
a = np.zeros((2, 2))
a[0, 1] = 5
print(a, a.T, a.sum(axis=0))
