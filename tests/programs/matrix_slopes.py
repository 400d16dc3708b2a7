import torch
torch.manual_seed(1)
A = torch.tensor([[2.0, 1.0, 0.5], [0.0, 3.0, 1.0], [1.0, 0.0, 1.5]], requires_grad=True)
d = torch.linalg.det(A)
d.backward()
print(d.item(), A.grad)
cof = torch.linalg.inv(A).detach().T * d.detach()
torch.testing.assert_close(A.grad, cof)
A.grad = None
s = torch.linalg.inv(A).sum()
s.backward()
print(f"{s.item():.4f}", A.grad)
A.grad = None
sign, logabs = torch.linalg.slogdet(A)
logabs.backward()
print(sign, logabs, A.grad)
A.grad = None
torch.logdet(A).backward()
print(A.grad)
A.grad = None
b = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
x = torch.linalg.solve(A, b)
loss = (x ** 2).sum()
loss.backward()
print(x, A.grad, b.grad)
print(torch.inverse(A).shape, A.det(), A.inverse()[0])
