import torch
from torch.optim.lr_scheduler import StepLR, ExponentialLR, CosineAnnealingLR

w = torch.tensor([5.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.4)
scheduler = StepLR(optimizer, step_size=3, gamma=0.5)
for epoch in range(8):
    optimizer.zero_grad()
    loss = (w - 1) ** 2
    loss.backward()
    optimizer.step()
    scheduler.step()
    print(epoch, f"{loss.item():.6f}", scheduler.get_last_lr()[0])

for make in (lambda o: ExponentialLR(o, gamma=0.9), lambda o: CosineAnnealingLR(o, T_max=5)):
    optimizer = torch.optim.SGD([w], lr=0.1)
    scheduler = make(optimizer)
    rates = []
    for _ in range(6):
        optimizer.step()
        scheduler.step()
        rates.append(round(optimizer.param_groups[0]["lr"], 6))
    print(rates)
