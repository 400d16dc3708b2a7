import torch
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
buf = torch.zeros(2, 5)
buf[0, 1:4] = x * 2
buf[1, ::2] = x.flip(0)
buf[:, -1] += 1
loss = (buf ** 2).sum()
loss.backward()
print(buf)
print(x.grad)
R = torch.eye(3)
theta = torch.tensor(0.3, requires_grad=True)
R[0, 0] = torch.cos(theta); R[0, 1] = -theta.sin()
R[1, 0] = theta.sin(); R[1, 1] = theta.cos()
v = R @ torch.tensor([1.0, 0.0, 0.0])
v[1].backward()
print(theta.grad, R)
y = torch.arange(6.).view(2, 3)
y[y > 2] = -1
y[[0, 1], [2, 0]] = torch.tensor([10., 20.])
idx = torch.tensor([0, 2])
y[:, idx] *= 2
print(y, y[..., None].shape, y[None, :, 1].shape)
h = torch.zeros(4, 2)
for t in range(1, 4):
    h[t] = 0.5 * h[t - 1].clone() + theta
(h.sum()).backward()
print(theta.grad)
