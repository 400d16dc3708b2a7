import math
import torch
from torch import nn
from torch.utils.data import TensorDataset, DataLoader

torch.manual_seed(0)
X = torch.randn(64, 3)
y = (X @ torch.tensor([[1.0], [2.0], [-1.0]]) > 0).float()
dl = DataLoader(TensorDataset(X, y), batch_size=8, shuffle=True, drop_last=True)
net = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1))
crit = nn.BCEWithLogitsLoss()

def find_lr(net, dl, init=1e-4, final=10.0, beta=0.98):
    num = len(dl) - 1
    mult = (final / init) ** (1 / num)
    lr, avg, best = init, 0.0, float("inf")
    opt = torch.optim.SGD(net.parameters(), lr=lr)
    lrs, losses = [], []
    for i, (xb, yb) in enumerate(dl, start=1):
        opt.param_groups[0]["lr"] = lr
        opt.zero_grad()
        loss = crit(net(xb), yb)
        avg = beta * avg + (1 - beta) * loss.item()
        smooth = avg / (1 - beta ** i)
        if i > 1 and smooth > 4 * best:
            break
        best = min(best, smooth)
        losses.append(smooth); lrs.append(math.log10(lr))
        loss.backward()
        opt.step()
        lr *= mult
    return lrs, losses

state = {k: v.clone() for k, v in net.state_dict().items()}
lrs, losses = find_lr(net, dl)
net.load_state_dict(state)
for a, b in zip(lrs, losses):
    print(f"1e{a:+.2f} {b:.4f}")
i = min(range(len(losses)), key=losses.__getitem__)
print("best:", f"{10 ** lrs[i]:.2e}")
