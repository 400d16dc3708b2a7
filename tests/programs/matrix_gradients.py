import torch

A = torch.tensor([[2.0, 1.0, 0.5], [0.0, 3.0, 1.0], [1.0, 0.0, 1.5]], requires_grad=True)
d = torch.linalg.det(A)
d.backward()
print(d.item(), A.grad)
cofactors = torch.linalg.inv(A).detach().T * d.detach()
torch.testing.assert_close(A.grad, cofactors)
A.grad = None
(torch.linalg.inv(A) ** 2).sum().backward()
print(A.grad, A.inverse()[0], torch.inverse(A).shape)
A.grad = None
sign, size = torch.linalg.slogdet(A)
size.backward()
print(sign, size, torch.logdet(A), A.grad)
A.grad = None
b = torch.tensor([1.0, 2.0, 4.0], requires_grad=True)
x = torch.linalg.solve(A, b)
(x ** 3).sum().backward()
print(x, A.grad, b.grad)
B = torch.tensor([[0.0, 2.0], [1.0, 1.0]], requires_grad=True)
out = torch.linalg.slogdet(B)
print(out, out.logabsdet, out.sign * out[1].exp(), torch.logdet(B))
torch.logdet(B).backward()  # of a negative determinant there is no logarithm
print(B.grad)
g, = torch.autograd.grad(torch.linalg.inv(B).sum(), B, create_graph=True)
(g ** 2).sum().backward()
print(B.grad)
try:
    torch.linalg.inv(torch.tensor([[1.0, 2.0], [2.0, 4.0]]))
except RuntimeError:
    print("singular")
