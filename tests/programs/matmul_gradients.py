import torch
torch.manual_seed(0)
A = torch.randn(2, 3, requires_grad=True)
B = torch.randn(3, 2, requires_grad=True)
C = A @ B
loss = (C ** 2).sum()
loss.backward()
G = 2 * C.detach()
print(torch.allclose(A.grad, G @ B.detach().T), torch.allclose(B.grad, A.detach().T @ G))
print(C)
