import torch
small = torch.tensor([1, 2, 3], dtype=torch.int8)
others = [torch.tensor([2, 1, 2], dtype=each) for each in (torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64)]
for other in others:
    print(small + other, small - other, small * other, small / other, small // other, small % other, small ** other)
    print(torch.maximum(small, other), small & other, (small > other).sum(), -other.char())
full = torch.tensor([100, 120], dtype=torch.int8)
print(full + full, full * 2, torch.tensor([200], dtype=torch.uint8) + 100, full.sum(), small + torch.tensor([True, False, True]))
weights = torch.tensor([0.5, 1.5, 2.5], requires_grad=True)
(weights * (small + small)).sum().backward()
print(weights.grad)
