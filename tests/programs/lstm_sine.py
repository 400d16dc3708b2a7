import math
import torch
from torch import nn

torch.manual_seed(0)
wave = torch.tensor([math.sin(0.5 * t) for t in range(12)])
x = wave[:-1].reshape(-1, 1, 1)
y = wave[1:].reshape(-1, 1, 1)


class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(1, 4)
        self.head = nn.Linear(4, 1)

    def forward(self, x):
        out, (h, c) = self.lstm(x)
        return self.head(out), h


model = Forecast()
opt = torch.optim.Adam(model.parameters(), lr=0.05)
for step in range(5):
    pred, h = model(x)
    loss = ((pred - y) ** 2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(step, round(loss.item(), 5), tuple(h.shape))
