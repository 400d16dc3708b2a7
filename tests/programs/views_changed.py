import torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)


def told(buf):
    """A loss of all elements, and what it gives x."""
    x.grad = None
    (buf * torch.arange(6.0).view(2, 3) + buf.sin()).sum().backward()
    print(x.grad, buf)


buf = torch.zeros(2, 3)
buf[0] = x * 2
buf[0][1] += 1
buf[1, 1] *= 2
told(buf)

buf = torch.zeros(2, 3)
buf[0] = x
for t in range(1, 2):
    buf[t] = 0.5 * buf[t - 1] + x
told(buf)

buf = torch.zeros(2, 3)
buf[0] = x * 2
a, b = buf[0], buf.view(-1)
b[4] = x[0]
a[1] -= x[2]
buf.mul_(2)
buf[1] = buf[0]
told(buf)

buf = torch.zeros(2, 3) + x
buf[0], buf[1] = buf[1].clone(), buf[0].clone()
buf[:, 1:] = buf[:, :2].clone()
told(buf)

buf = torch.zeros(2, 3) + x
buf[buf > 2] = 0.0
buf[:, [0, 2]] *= 3
buf[..., -1] -= x[0]
told(buf)

buf, rows = torch.zeros(2, 3), []
for i in range(2):
    buf[i] = x * (i + 1)
    rows.append(buf[i])
told(torch.stack(rows) * 2)
