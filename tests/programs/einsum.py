import torch
a = torch.arange(6.0).reshape(2, 3).requires_grad_()
b = torch.arange(12.0).reshape(3, 4)
c = torch.einsum("ij,jk->ik", a, b)
print(c)
c.sum().backward()
print(a.grad)
print(torch.einsum("ij->ji", a).shape, torch.dot(b[0], b[1]), torch.outer(b[0], b[1]).shape)
