import torch
import torch.nn as nn
import torch.nn.functional as F


class InceptionA(nn.Module):
    def __init__(self, in_channels):
        super().__init__()
        self.branch1x1 = nn.Conv2d(in_channels, 2, kernel_size=1)
        self.branch3x3_1 = nn.Conv2d(in_channels, 2, kernel_size=1)
        self.branch3x3_2 = nn.Conv2d(2, 3, kernel_size=3, padding=1)
        self.branch_pool = nn.Conv2d(in_channels, 1, kernel_size=1)

    def forward(self, x):
        branch1x1 = self.branch1x1(x)
        branch3x3 = self.branch3x3_2(self.branch3x3_1(x))
        branch_pool = F.avg_pool2d(x, kernel_size=3, stride=1, padding=1)
        branch_pool = self.branch_pool(branch_pool)
        return torch.cat([branch1x1, branch3x3, branch_pool], dim=1)


torch.manual_seed(0)
block = InceptionA(2)
x = torch.randn(1, 2, 4, 4)
y = block(x)
print(y.size())
y.mean().backward()
print(block.branch1x1.bias.grad)
print(block.branch3x3_1.weight.grad.flatten())
