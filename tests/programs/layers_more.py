import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)
x = torch.linspace(-2, 2, 5, requires_grad=True)
layers = [nn.CELU(0.5), nn.Tanhshrink(), nn.Threshold(0.1, 20), nn.Hardsigmoid(), nn.GELU(approximate="tanh")]
for layer in layers:
    y = layer(x)
    print(layer, y, torch.autograd.grad(y.sum(), x))
norm = nn.GroupNorm(2, 4)
picture = torch.randn(2, 4, 3, 3, requires_grad=True)
made = norm(nn.ZeroPad2d(1)(picture))
made.pow(3).sum().backward()
print(norm, nn.ZeroPad2d(1), made.shape, picture.grad[0, 0], norm.weight.grad)
logits = torch.randn(2, 3, requires_grad=True)
hard = F.gumbel_softmax(logits, tau=0.5, hard=True)
print(hard, F.gumbel_softmax(logits))
(hard * torch.arange(3.0)).sum().backward()
print(logits.grad)
scaler = torch.amp.GradScaler("cuda", enabled=False)
model = nn.Linear(2, 1)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
with torch.autocast(device_type="cpu", enabled=False):
    loss = F.relu_(model(torch.ones(1, 2)) + 3).mean()
scaler.scale(loss).backward()
scaler.unscale_(optimizer)
scaler.step(optimizer)
scaler.update()
print(loss, model.weight)
a = torch.randn(3, dtype=torch.double, requires_grad=True)
print(torch.autograd.gradcheck(lambda a: (a**2).sin(), (a,), eps=1e-6, atol=1e-4))


class Temperature:
    def __init__(self):
        self._degrees = 1.0

    @property
    def degrees(self):
        return self._degrees

    @degrees.setter
    def degrees(self, value):
        self._degrees = value * 2


t = Temperature()
t.degrees = 5.0
print(t.degrees)
