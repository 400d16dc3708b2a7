import torch
a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
opt = torch.optim.SGD([{"params": [a], "lr": 0.1}, {"params": [b]}], lr=0.01)
for i in range(3):
    opt.zero_grad()
    (a * 2 + b * 3).backward()
    opt.step()
print(a.item(), b.item(), opt.param_groups[0]["lr"], opt.param_groups[1]["lr"])
for g in opt.param_groups:
    g["lr"] *= 0.5
print([g["lr"] for g in opt.param_groups])
