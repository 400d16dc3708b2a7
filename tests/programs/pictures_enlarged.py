import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)
up = nn.ConvTranspose2d(3, 2, kernel_size=2, stride=2)
wide = nn.ConvTranspose2d(2, 1, 3, stride=2, padding=1, output_padding=1, bias=False)
x = torch.randn(2, 3, 3, 3, requires_grad=True)
y = wide(up(x))
print(up, wide, y.shape, y[0, 0, 0])
large = nn.Upsample(scale_factor=2)(x)
print(nn.Upsample(scale_factor=2), large.shape, large[0, 0, 0].grad_fn is None)
small = F.interpolate(x, size=(2, 5), mode="nearest")
print(small.shape)
(y.pow(2).mean() + large.mean() + small.sum()).backward()
print(x.grad[0, 0], up.weight.grad[0, 0], wide.weight.grad[0, 0], up.bias.grad)
grouped = nn.Conv2d(4, 4, 3, groups=2, dilation=2, padding="same")
print(grouped, grouped(torch.ones(1, 4, 5, 5)).shape)
