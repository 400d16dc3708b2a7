import torch
i, f, d = torch.tensor([1, 2]), torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0], dtype=torch.float64)
print((i + f).dtype, (f + d).dtype, (i + 1).dtype, (i + 1.5).dtype, (i / 2).dtype, (f * True).dtype)
print(i + f, f + d, i / 2, i * 2.5)
print((i > 1), (f == d), i.sum(), f.mean(), i.float().mean())
