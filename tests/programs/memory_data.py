import torch
w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
d = w.data
d[0] = 10.0
print(w)
w.data[1] = 7.0
print(d, w)
e = w.detach()
e.mul_(2)
print(w, d, e)
with torch.no_grad():
    w += 1
print(d, e, w)
old = w.detach()
copy = w.detach().clone()
opt = torch.optim.SGD([w], lr=0.5)
(w * w).sum().backward()
opt.step()
print(old, copy, w)
