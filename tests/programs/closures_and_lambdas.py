import torch
fs = [lambda x, k=k: x * k for k in range(3)]
x = torch.tensor(2.0, requires_grad=True)
total = sum(f(x) for f in fs)
total.backward()
print(total, x.grad)
compose = lambda f, g: lambda v: f(g(v))
h = compose(torch.sin, torch.exp)
y = h(torch.tensor(0.5))
print(y)
