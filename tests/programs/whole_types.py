import torch
a = torch.tensor([1, 2, 3], dtype=torch.int32)
b = torch.tensor([250, 7], dtype=torch.uint8)
print(a, b, a + 1, b + 10, a * 2.5, a / 2, a.sum(), b.sum(), a.prod(), a.cumsum(0), a.max(), a.argmax(), -a, a ** 2)
print(a.dtype, (a + torch.tensor([1, 2, 3])).dtype, (a + torch.tensor([1.5, 2, 3])).dtype, (a > 1).dtype, a.float().dtype, a.long().dtype, a.type())
print(torch.zeros(2, dtype=torch.int), torch.arange(3, dtype=torch.int16), torch.ones(2, dtype=torch.int8), torch.randint(0, 5, (3,), dtype=torch.int32))
print(a.mean(dtype=torch.float32), a @ a, torch.tensor([1.7, -2.3]).int(), torch.tensor([1.7]).to(torch.int32), a == torch.tensor([1, 0, 3]))
print(torch.stack([a, a]), torch.cat([a, torch.tensor([5])]), torch.where(a > 1, a, 0), a.tolist(), a[0].item(), a.clamp(min=2), a % 2, a // 2, abs(-a))
print(torch.tensor([0.3, 2.7])[a[:1].long() - 1], torch.full((2,), 3, dtype=torch.int32), torch.eye(2, dtype=torch.int32), a.unique(), a.bincount())
a += 5
print(a)
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
(x * a).sum().backward()
print(x.grad)
import numpy as np
print(torch.from_numpy(np.array([1, 2], dtype=np.int32)), torch.tensor([1,2],dtype=torch.int32).numpy().dtype)
