import numpy as np
import torch
class Layer:
    def __init__(self, n_in, n_out, rng):
        self.W = rng.standard_normal((n_in, n_out)) / np.sqrt(n_in)
        self.b = np.zeros(n_out)
    def __call__(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, g):
        self.dW, self.db = self.x.T @ g, g.sum(axis=0)
        return g @ self.W.T
rng = np.random.default_rng(0)
X = rng.normal(size=(5, 3)); y = rng.integers(0, 2, size=5)
l1, l2 = Layer(3, 4, rng), Layer(4, 2, rng)
h = l1(X); a = np.maximum(h, 0); o = l2(a)
e = np.exp(o - o.max(axis=1, keepdims=True)); p = e / e.sum(axis=1, keepdims=True)
loss = -np.log(p[np.arange(5), y]).mean()
g = p.copy(); g[np.arange(5), y] -= 1; g /= 5
l1.backward(l2.backward(g) * (h > 0))
W1 = torch.from_numpy(l1.W).requires_grad_(); W2 = torch.from_numpy(l2.W).requires_grad_()
tx = torch.from_numpy(X)
tl = torch.nn.functional.cross_entropy(torch.relu(tx @ W1) @ W2, torch.from_numpy(y))
tl.backward()
print(f"{loss:.6f} {tl.item():.6f}", np.allclose(W1.grad.numpy(), l1.dW), np.allclose(W2.grad, l2.dW))
print(f"{np.linalg.norm(l1.dW):.4f}", l1.dW.shape)
eps = 1e-6
num = np.zeros_like(l2.b)
for i in range(len(num)):
    l2.b[i] += eps; up = -np.log(np.exp(l2(a))[np.arange(5), y] / np.exp(l2(a)).sum(1)).mean()
    l2.b[i] -= 2 * eps; dn = -np.log(np.exp(l2(a))[np.arange(5), y] / np.exp(l2(a)).sum(1)).mean()
    l2.b[i] += eps; num[i] = (up - dn) / (2 * eps)
print(np.abs(num - l2.db).max() < 1e-6)
