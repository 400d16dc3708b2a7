import torch
import torch.nn as nn
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super(ResidualBlock, self).__init__()
        self.channels = channels
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        y = F.relu(self.conv1(x))
        y = self.conv2(y)
        return F.relu(x + y)


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 2, kernel_size=3)
        self.mp = nn.MaxPool2d(2)
        self.rblock = ResidualBlock(2)
        self.fc = nn.Linear(18, 2)

    def forward(self, x):
        in_size = x.size(0)
        x = self.mp(F.relu(self.conv1(x)))
        x = self.rblock(x)
        x = x.view(in_size, -1)
        return self.fc(x)


torch.manual_seed(2)
net = Net()
print(net)
x = torch.randn(2, 1, 8, 8)
out = net(x)
print(out.shape)
loss = nn.CrossEntropyLoss()(out, torch.tensor([0, 1]))
loss.backward()
print(f"{loss.item():.5f}")
for name, parameter in net.named_parameters():
    print(f"{name:<22} {tuple(parameter.shape)!s:<15} {parameter.grad.norm().item():.5f}")
