import torch
import torch.nn.functional as F
torch.manual_seed(1337)
T, C, head = 4, 8, 4
x = torch.randn(T, C)
Wq = torch.randn(C, head) / C ** 0.5
Wk = torch.randn(C, head) / C ** 0.5
Wv = torch.randn(C, head) / C ** 0.5
for w in (Wq, Wk, Wv):
    w.requires_grad_(True)
q, k, v = x @ Wq, x @ Wk, x @ Wv
scores = q @ k.T / head ** 0.5
mask = torch.tril(torch.ones(T, T))
scores = scores.masked_fill(mask == 0, float('-inf'))
weights = F.softmax(scores, dim=-1)
print(weights)
out = weights @ v
print(out.shape)
loss = out.pow(2).mean()
loss.backward()
print(f"{loss.item():.5f}")
print(Wv.grad.shape, Wq.grad.abs().max() > 0)
