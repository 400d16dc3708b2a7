import torch
from torch import nn
class MCNet(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(1, 8), nn.Linear(8, 8)])
        self.heads = nn.ModuleDict({"mean": nn.Linear(8, 1), "logvar": nn.Linear(8, 1)})
        self.drop = nn.Dropout(p)
    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = self.drop(torch.relu(layer(x)))
        return {k: h(x) for k, h in self.heads.items()}
torch.manual_seed(0)
net = MCNet(0.2)
x = torch.linspace(-1, 1, 8).view(-1, 1); y = x.pow(3)
nll = nn.GaussianNLLLoss()
opt = torch.optim.Adam(net.parameters(), lr=1e-2)
for i in range(3):
    out = net(x)
    loss = nll(out["mean"], y, out["logvar"].exp())
    opt.zero_grad(); loss.backward(); opt.step()
    print(f"{i} {loss.item():.5f}")
net.train()
with torch.no_grad():
    s = torch.stack([net(x)["mean"] for _ in range(5)])
print(s.mean(0).squeeze()[:3], s.std(dim=0).mean())
