import torch
import torch.nn as nn
import torch.nn.functional as F
class NTXent(nn.Module):
    def __init__(self, temperature: float = 0.5):
        super().__init__()
        self.t = temperature
    def forward(self, z1, z2):
        n = z1.shape[0]
        z = F.normalize(torch.cat((z1, z2)), dim=1)
        sim = z @ z.T / self.t
        sim.fill_diagonal_(-9e15)
        target = torch.arange(2 * n).roll(n)
        return F.cross_entropy(sim, target)
class Triplet(nn.Module):
    def __init__(self, margin=1.0):
        super().__init__()
        self.margin = margin
    def forward(self, a, p, n):
        dp = torch.linalg.norm(a - p, dim=1)
        dn = torch.linalg.vector_norm(a - n, dim=1)
        return torch.clamp(dp - dn + self.margin, min=0).mean()
torch.manual_seed(0)
enc = nn.Linear(4, 3)
x = torch.randn(3, 4)
a, b = enc(x + 0.1 * torch.randn_like(x)), enc(x + 0.1 * torch.randn_like(x))
loss = NTXent()(a, b)
loss.backward()
print(loss, enc.weight.grad)
enc.zero_grad()
t = Triplet()(a.detach().requires_grad_(), enc(x), enc(x[torch.randperm(3)]))
t.backward()
print(t, enc.bias.grad.norm())
ref = nn.TripletMarginLoss()(enc(x), enc(x + 1), enc(x - 1))
ref.backward()
print(ref)
d = torch.cdist(enc(x), enc(x))
print(d.shape)
