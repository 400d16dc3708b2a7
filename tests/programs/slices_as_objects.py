import torch
x = torch.arange(24.0).reshape(4, 6).requires_grad_()
first = slice(0, 2)
last = slice(-2, None)
every = slice(None, None, 2)
print(first, last, every.step)
y = x[first, last].sum() + (x[:, every] ** 2).sum()
y.backward()
print(x.grad)
w = torch.zeros(10)
windows = {name: s for name, s in zip(["head", "tail"], [slice(3), slice(7, 10)])}
for name, s in windows.items():
    w[s] = len(name)
    print(name, s.start, s.stop, w[s])
gates = torch.arange(12.0).view(2, 6)
H = 2
i, f, g = (gates[:, slice(k * H, (k + 1) * H)] for k in range(3))
print(i, f, g)
data = list(range(10))
print(data[first], "abcdef"[every], data[slice(*[2, 8, 3])])
print(slice(1, 10, 2).indices(7))
