import torch

torch.manual_seed(0)
X = torch.cat([torch.ones(10, 1), torch.randn(10, 2)], 1)
y = X @ torch.tensor([[1.0], [2.0], [-3.0]])
print(torch.inverse(X.T @ X) @ X.T @ y, torch.linalg.solve(X.T @ X, X.T @ y))
print(torch.linalg.lstsq(X, y).solution.round().T, (torch.linalg.pinv(X) @ y).round().T, torch.linalg.matrix_rank(X))
A = torch.tensor([[2.0, 1.0], [1.0, 3.0]])
print(torch.det(A), A.inverse(), torch.linalg.cholesky(A), torch.linalg.norm(A), torch.linalg.eigh(A)[0])
_, S, _ = torch.linalg.svd(X, full_matrices=False)
print(S, torch.cdist(X[:2], X[2:4]))
w = torch.zeros(3, 1, requires_grad=True)
((X @ w - y) ** 2).mean().backward()
print(w.grad)
try:
    torch.inverse(torch.zeros(2, 2))
except RuntimeError:
    print("singular")
