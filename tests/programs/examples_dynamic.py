import random
import torch
class DynamicNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a = torch.nn.Parameter(torch.randn(()))
        self.e = torch.nn.Parameter(torch.randn(()))
    def forward(self, x):
        y = self.a
        for exp in range(4, random.randint(4, 6)):
            y = y + self.e * x ** exp
        return y
x = torch.linspace(-1, 1, 50)
model = DynamicNet()
opt = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
for t in range(5):
    loss = ((model(x) - torch.sin(x))**2).sum()
    print(t, loss.item())
    opt.zero_grad()
    loss.backward()
    opt.step()
