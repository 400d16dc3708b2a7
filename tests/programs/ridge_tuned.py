import torch
torch.manual_seed(0)
n, d = 12, 3
X = torch.randn(n, d)
true_w = torch.tensor([1.0, -2.0, 0.5])
y = X @ true_w + 0.1 * torch.randn(n)
log_lam = torch.tensor(0.0, requires_grad=True)
Xval = torch.randn(6, d)
yval = Xval @ true_w
for it in range(4):
    lam = log_lam.exp()
    A = X.T @ X + lam * torch.eye(d)
    w = torch.linalg.solve(A, X.T @ y)
    val = ((Xval @ w - yval) ** 2).mean()
    val.backward()
    print(it, f"{val.item():.5f}", f"{log_lam.grad.item():+.5f}")
    with torch.no_grad():
        log_lam -= 2.0 * log_lam.grad
        log_lam.grad.zero_()
print(w)
