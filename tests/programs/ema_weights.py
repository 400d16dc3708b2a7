import copy
import torch
import torch.nn as nn

class EMA:
    def __init__(self, model: nn.Module, decay: float = 0.9):
        self.decay = decay
        self.shadow = {n: p.detach().clone() for n, p in model.named_parameters()}

    @torch.no_grad()
    def update(self, model):
        for n, p in model.named_parameters():
            self.shadow[n].mul_(self.decay).add_(p, alpha=1 - self.decay)

    def apply_to(self, model):
        m = copy.deepcopy(model)
        m.load_state_dict(self.shadow, strict=False)
        return m

torch.manual_seed(1)
x = torch.linspace(-1, 1, 16).unsqueeze(1)
y = 3 * x + 0.5 + 0.1 * torch.randn_like(x)
model = nn.Linear(1, 1)
ema = EMA(model)
opt = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9, nesterov=True)
teacher = copy.deepcopy(model)
for p in teacher.parameters():
    p.requires_grad = False
for i in range(6):
    loss = nn.functional.mse_loss(model(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    ema.update(model)
    with torch.no_grad():
        for pt, ps in zip(teacher.parameters(), model.parameters()):
            pt.lerp_(ps, 0.1)
averaged = ema.apply_to(model)
print(f"{model.weight.item():.4f} {averaged.weight.item():.4f} {teacher.weight.item():.4f}")
print(averaged.state_dict())
