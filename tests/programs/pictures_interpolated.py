# Pictures of another size: bilinear and bicubic, as in decoders and U-nets
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x = torch.randn(1, 2, 3, 4, requires_grad=True)
weights = torch.linspace(-1, 1, 400)


def show(name, made):
    (made * weights[: made.numel()].reshape(made.shape)).sum().backward()
    print(name, tuple(made.shape), made[0, 0, :2], x.grad[0, 1])
    x.grad = None


show("doubled", F.interpolate(x, scale_factor=2, mode="bilinear"))
show("corners", F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True))
show("size", F.interpolate(x, size=(5, 7), mode="bilinear", align_corners=False))
show("smaller", F.interpolate(x, size=(2, 3), mode="bilinear"))
show("one", F.interpolate(x, size=(1, 1), mode="bilinear", align_corners=True))
show("both", F.interpolate(x, scale_factor=(1.5, 2.5), mode="bilinear"))
show("cubic", F.interpolate(x, scale_factor=2, mode="bicubic"))
show("cubic corners", F.interpolate(x, size=(4, 5), mode="bicubic", align_corners=True))
up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
print(up, nn.UpsamplingBilinear2d(scale_factor=2), nn.UpsamplingNearest2d(size=(6, 8)))
show("layer", up(x))
show("bilinear layer", nn.UpsamplingBilinear2d(scale_factor=2)(x))
show("nearest layer", nn.UpsamplingNearest2d(size=(6, 8))(x))
s = torch.tensor([[[1.0, 2.0, 4.0]]], requires_grad=True)
made = F.interpolate(s, scale_factor=2, mode="linear")
print(made)
made.pow(2).sum().backward()
print(s.grad)


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(2, 3, 3, stride=2, padding=1)
        self.up = nn.Conv2d(5, 1, 3, padding=1)

    def forward(self, x):
        inner = F.relu(self.down(x))
        inner = F.interpolate(inner, size=x.shape[-2:], mode="bilinear", align_corners=False)
        return self.up(torch.cat([x, inner], dim=1))


net = Small()
loss = F.mse_loss(net(x), torch.zeros(1, 1, 3, 4))
loss.backward()
print(loss, net.down.weight.grad[0, 0])
t = torch.ones(2, 3, 4, requires_grad=True)
for part in (t[:], t[0:2], t[0, :3], t[:2, 0], t[0, 1:], t[..., :4], t[..., 1:3], t[None, 0:2], t[:, ..., :]):
    print(part.grad_fn.name())
