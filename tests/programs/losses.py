import torch
import torch.nn as nn
p = torch.tensor([0.2, 0.7, 0.9], requires_grad=True)
t = torch.tensor([0.0, 1.0, 1.0])
for loss in [nn.MSELoss(), nn.L1Loss(), nn.BCELoss(), nn.SmoothL1Loss(), nn.HuberLoss(), nn.BCEWithLogitsLoss()]:
    p.grad = None
    l = loss(p, t)
    l.backward()
    print(f"{l.item():.5f}", p.grad)
print(nn.MSELoss(reduction='sum')(p, t), nn.MSELoss(reduction='none')(p, t))
