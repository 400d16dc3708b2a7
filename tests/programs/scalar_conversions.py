import torch
t = torch.tensor(3.7)
print(int(t), float(t), round(t.item(), 1), t.item() + 1, 2 * t, 1 / t, 10 - t, t // 1, t % 2)
print(torch.tensor([2.0]).item(), torch.tensor(5) + 2, torch.tensor(7) // 2, torch.tensor(7) / 2)
print(max(torch.tensor(1.0), torch.tensor(2.0)), abs(torch.tensor(-4.0)), sum([torch.tensor(1.0), torch.tensor(2.0)]))
