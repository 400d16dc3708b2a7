import torch
print(torch.zeros(3), torch.ones(2, 3), torch.full((2,), 7.0), torch.full((2,), 7))
print(torch.arange(5), torch.arange(1, 6), torch.arange(0, 1, 0.25), torch.arange(5.0))
print(torch.linspace(-1, 1, 5), torch.eye(2))
a = torch.tensor([[1, 2], [3, 4]])
print(torch.zeros_like(a), torch.ones_like(a, dtype=torch.float32))
print(a.float(), a.double(), a.float().long(), a.bool())
print(torch.tensor([1.5, 2.5]).long(), torch.Tensor([1, 2]), torch.FloatTensor([3]))
print(a.dtype, a.float().dtype, a.double().dtype, (a > 2).dtype)
