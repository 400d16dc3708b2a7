import torch
import torch.nn as nn


class Mixer(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleDict({"a": nn.Linear(2, 2), "b": nn.Linear(2, 2, bias=False)})
        self.scales = nn.ParameterList([nn.Parameter(torch.ones(1) * (i + 1)) for i in range(2)])

    def forward(self, x, order):
        for scale, name in zip(self.scales, order):
            x = torch.tanh(self.blocks[name](x)) * scale
        return x


torch.manual_seed(6)
model = Mixer()
print(model)
print([name for name, _ in model.named_parameters()])
x = torch.tensor([[0.5, -1.0]])
for order in ("ab", "ba"):
    loss = model(x, order).sum()
    model.zero_grad()
    loss.backward()
    print(order, loss, [f"{p.grad.sum():.4f}" for p in model.parameters()])
