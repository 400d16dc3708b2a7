# Backpropagation by hand, checked against PyTorch's, as in a later lecture of the same course.
import torch

g = torch.Generator().manual_seed(42)
x = torch.randn(5, 3, generator=g)
y = torch.tensor([0, 2, 1, 2, 0])
w = torch.randn(3, 4, generator=g) * 0.5
b = torch.zeros(4)
v = torch.randn(4, 3, generator=g) * 0.5
for p in (w, b, v):
    p.requires_grad_()

hpre = x @ w + b
h = torch.tanh(hpre)
logits = h @ v
counts = (logits - logits.max(1, keepdim=True).values).exp()
probs = counts / counts.sum(1, keepdim=True)
loss = -probs[range(5), y].log().mean()
for t in (hpre, h, logits, probs):
    t.retain_grad()
loss.backward()


def cmp(s, dt, t):
    ex = torch.all(dt == t.grad).item()
    app = torch.allclose(dt, t.grad)
    print(f"{s:8s} | approximate: {str(app):5s} | shape: {tuple(t.shape)}")


with torch.no_grad():
    dlogits = probs.clone()
    dlogits[range(5), y] -= 1
    dlogits /= 5
    dh = dlogits @ v.T
    dv = h.T @ dlogits
    dhpre = (1.0 - h**2) * dh
    dw = x.T @ dhpre
    db = dhpre.sum(0)
    cmp("logits", dlogits, logits)
    cmp("h", dh, h)
    cmp("v", dv, v)
    cmp("hpre", dhpre, hpre)
    cmp("w", dw, w)
    cmp("b", db, b)
print(loss)
