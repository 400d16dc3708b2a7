import torch
from torch import nn
import torch.nn.functional as F
torch.manual_seed(0)
cnn = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(3, 4, 3, padding=1)).eval().requires_grad_(False)
def gram(f):
    b, c, h, w = f.size()
    f = f.view(b * c, h * w)
    return torch.mm(f, f.t()).div(b * c * h * w)
content, style = torch.rand(1, 1, 6, 6), torch.rand(1, 1, 6, 6)
img = content.clone().requires_grad_(True)
opt = torch.optim.LBFGS([img], max_iter=3)
runs = [0]
def closure():
    with torch.no_grad():
        img.clamp_(0, 1)
    opt.zero_grad()
    f = cnn(img)
    loss = F.mse_loss(f, cnn(content)) + 100 * F.mse_loss(gram(f), gram(cnn(style)))
    loss.backward()
    runs[0] += 1
    print(f"run {runs}: {loss.item():.6f}")
    return loss
opt.step(closure)
# adversarial example
x = torch.rand(1, 1, 6, 6, requires_grad=True)
cnn(x).mean().backward()
adv = torch.clamp(x + 0.1 * x.grad.sign(), 0, 1).detach()
print((adv - x).abs().max().item() <= 0.1 + 1e-6, x.grad.data.abs().sum() > 0)
tv = (img[..., 1:, :] - img[..., :-1, :]).abs().mean() + (img[..., 1:] - img[..., :-1]).abs().mean()
tv.backward()
print(tv.shape)
