import torch
from torch import nn, optim
torch.manual_seed(7)
net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1), nn.Sigmoid())
print(net)
X = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float32)
y = torch.tensor([0, 1, 1, 0], dtype=torch.float32).view(-1, 1)
opt = optim.Adam(net.parameters(), lr=0.05)
bce = nn.BCELoss()
for i in range(30):
    opt.zero_grad()
    loss = bce(net(X), y)
    loss.backward()
    opt.step()
    if i % 10 == 0:
        print(i, f"{loss.item():.4f}")
print(net[0].weight.shape, len(net))
