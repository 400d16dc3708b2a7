import torch
a = torch.tensor([1.0, 2.0, 3.0])
b = torch.tensor([3.0, 2.0, 1.0])
print(a > b, a == b, a >= 2, (a > b).sum(), (a == b).any(), (a < 5).all())
print((a > b).float().mean().item(), torch.equal(a, a), torch.allclose(a, b))
acc = (a.round() == b.round()).sum().item() / len(a)
print(f"accuracy {acc:.2%}")
if (a > 0).all():
    print("all positive")
print(a.max() == 3, bool(a[0] < b[0]))
