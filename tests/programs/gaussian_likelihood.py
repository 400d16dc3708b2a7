import math
import torch

def log_prob(x, mu, L):
    """Log density of a multivariate normal with covariance L L^T."""
    Sigma = L @ L.T
    diff = (x - mu).unsqueeze(-1)
    maha = (diff.transpose(-1, -2) @ torch.linalg.solve(Sigma, diff)).squeeze()
    return -0.5 * (maha + torch.logdet(Sigma) + x.shape[-1] * math.log(2 * math.pi))

torch.manual_seed(3)
X = torch.randn(20, 2) @ torch.tensor([[1.0, 0.4], [0.0, 0.7]]) + torch.tensor([1.0, -1.0])
mu = torch.zeros(2, requires_grad=True)
raw = torch.eye(2, requires_grad=True)
opt = torch.optim.Adam([mu, raw], lr=0.05)
for step in range(5):
    opt.zero_grad()
    L = torch.tril(raw)
    nll = torch.stack([-log_prob(x, mu, L) for x in X]).mean()
    nll.backward()
    opt.step()
    print(f"step {step}: nll {nll.item():.4f}  mu {[round(v, 3) for v in mu.tolist()]}")
