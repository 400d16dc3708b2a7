import torch
x = torch.arange(6.0)
y = x.view(2, 3)
y[0, 0] = 100
print(x)
x[5] = -1
print(y)
row = y[1]
row.zero_()
print(x, y)
z = x.reshape(3, 2)
z += 1
print(x, y, row)
t = y.t()
t[0, 0] = 5
print(x, y)
c = y.clone()
c.fill_(0)
print(y)
s = x[1:3]
s.mul_(10)
print(x)
a, b = x.chunk(2)
a.zero_()
print(x)
for p in x.view(3, 2):
    p += 1
print(x)
u = x.unsqueeze(0)
u.add_(1)
print(x)
m = x[x > 1]
m.zero_()
print(x)
y[:, 1] = torch.tensor([7., 8.])
print(x)
n = x.numpy()
x.add_(1)
print(n)
n[0] = 99
print(x)
import numpy as np
q = np.ones(3)
r = torch.from_numpy(q)
r[0] = 5
q[1] = 7
print(q, r)
