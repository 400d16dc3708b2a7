import torch
from torch import nn
from torch.optim import lr_scheduler
model = nn.Linear(1, 1)
def opt():
    return torch.optim.SGD(model.parameters(), lr=0.1)
for make in (lambda o: lr_scheduler.StepLR(o, step_size=2, gamma=0.5),
             lambda o: lr_scheduler.MultiStepLR(o, milestones=[2, 4], gamma=0.1),
             lambda o: lr_scheduler.ExponentialLR(o, gamma=0.9),
             lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=5),
             lambda o: lr_scheduler.LambdaLR(o, lr_lambda=lambda e: 0.95 ** e),
             lambda o: lr_scheduler.LinearLR(o, start_factor=0.5, total_iters=4),
             lambda o: lr_scheduler.OneCycleLR(o, max_lr=0.5, total_steps=6),
             lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, T_0=2),
             lambda o: lr_scheduler.PolynomialLR(o, total_iters=4, power=2.0),
             lambda o: lr_scheduler.ConstantLR(o, factor=0.5, total_iters=2),
             lambda o: lr_scheduler.CyclicLR(o, base_lr=0.01, max_lr=0.1, step_size_up=2)):
    o = opt(); s = make(o)
    lrs = []
    for e in range(6):
        o.zero_grad()
        (model(torch.ones(1, 1)) ** 2).sum().backward()
        o.step()
        lrs.append(round(o.param_groups[0]['lr'], 5))
        if e < 5: s.step()
    print(type(s).__name__, lrs, [round(x, 4) for x in s.get_last_lr()])
w = torch.nn.Parameter(torch.ones(1))
o = torch.optim.SGD([w], lr=1.0)
warm = torch.optim.lr_scheduler.LinearLR(o, start_factor=0.1, total_iters=3)
cos = torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=4)
s = torch.optim.lr_scheduler.SequentialLR(o, [warm, cos], milestones=[3])
for e in range(7):
    (w * 1.0).sum().backward(); o.step(); o.zero_grad()
    print(e, f"{o.param_groups[0]['lr']:.4f}")
    s.step()
w = torch.nn.Parameter(torch.ones(1))
o = torch.optim.Adam([w], lr=1.0, weight_decay=1e-2, amsgrad=True)
s = torch.optim.lr_scheduler.ReduceLROnPlateau(o, mode='min', factor=0.1, patience=1)
for loss in [1.0, 0.5, 0.5, 0.5, 0.5, 0.4]:
    s.step(loss)
    print(loss, o.param_groups[0]['lr'])
(w ** 2).sum().backward()
torch.nn.utils.clip_grad_norm_([w], max_norm=1.0)
o.step()
print(w)
model = nn.Linear(1, 1)
adam = torch.optim.Adam(model.parameters(), lr=0.1)
cycle = lr_scheduler.OneCycleLR(adam, max_lr=0.2, epochs=2, steps_per_epoch=2, anneal_strategy="linear")
for _ in range(4):
    print([round(each, 5) for each in (*adam.param_groups[0]["betas"], *cycle.get_last_lr())])
    if cycle.last_epoch < 3:
        cycle.step()
try:
    for _ in range(4):
        cycle.step()
except ValueError:
    print("too many steps")
print(isinstance(cycle, lr_scheduler.LRScheduler))
