import torch
import torch.nn.functional as F
words = ["emma", "olivia", "ava"]
chars = sorted(list(set("".join(words))))
stoi = {s: i + 1 for i, s in enumerate(chars)}
stoi["."] = 0
xs, ys = [], []
for w in words:
    chs = ["."] + list(w) + ["."]
    for c1, c2 in zip(chs, chs[1:]):
        xs.append(stoi[c1])
        ys.append(stoi[c2])
xs, ys = torch.tensor(xs), torch.tensor(ys)
n = len(stoi)
print(n, len(xs), xs)
torch.manual_seed(2147483647)
W = torch.randn((n, n), requires_grad=True)
for k in range(5):
    xenc = F.one_hot(xs, num_classes=n).float()
    logits = xenc @ W
    counts = logits.exp()
    probs = counts / counts.sum(1, keepdim=True)
    loss = -probs[torch.arange(len(xs)), ys].log().mean() + 0.01 * (W ** 2).mean()
    print(f"{loss.item():.4f}")
    W.grad = None
    loss.backward()
    W.data += -10 * W.grad
