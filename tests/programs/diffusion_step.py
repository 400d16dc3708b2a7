import torch
from torch import nn
import torch.nn.functional as F
T = 20
betas = torch.linspace(1e-4, 0.2, T)
alphas = 1. - betas
abar = torch.cumprod(alphas, dim=0)
abar_prev = F.pad(abar[:-1], (1, 0), value=1.0)
post_var = betas * (1 - abar_prev) / (1 - abar)
def extract(a, t, shape):
    out = a.gather(-1, t)
    return out.reshape(t.shape[0], *((1,) * (len(shape) - 1)))
def q_sample(x0, t, noise=None):
    noise = torch.randn_like(x0) if noise is None else noise
    return extract(abar.sqrt(), t, x0.shape) * x0 + extract((1 - abar).sqrt(), t, x0.shape) * noise
class Eps(nn.Module):
    def __init__(self, d=2, h=16):
        super().__init__()
        self.t = nn.Embedding(T, h); self.inp = nn.Linear(d, h); self.out = nn.Linear(h, d)
    def forward(self, x, t): return self.out(F.silu(self.inp(x) + self.t(t)))
torch.manual_seed(0)
net = Eps(); opt = torch.optim.AdamW(net.parameters(), lr=1e-3)
data = torch.randn(8, 2) * 0.1 + torch.tensor([2.0, -1.0])
for step in range(3):
    t = torch.randint(0, T, (len(data),)).long()
    eps = torch.randn_like(data)
    loss = F.mse_loss(net(q_sample(data, t, eps), t), eps)
    opt.zero_grad(); loss.backward(); opt.step()
    print(step, f"{loss.item():.4f}")
@torch.no_grad()
def sample(n):
    x = torch.randn(n, 2)
    for i in reversed(range(T)):
        t = torch.full((n,), i, dtype=torch.long)
        mean = (x - extract(betas / (1 - abar).sqrt(), t, x.shape) * net(x, t)) * extract(alphas.rsqrt(), t, x.shape)
        x = mean if i == 0 else mean + extract(post_var, t, x.shape).sqrt() * torch.randn_like(x)
    return x
print(sample(2).shape, post_var[:3])
