import torch
import torch.nn as nn
torch.manual_seed(11)
G, D = nn.Linear(1, 1), nn.Linear(1, 1)
bce = nn.BCEWithLogitsLoss()
real = torch.ones(4, 1) * 3
noise = torch.randn(4, 1)
d_loss = bce(D(real), torch.ones(4, 1)) + bce(D(G(noise).detach()), torch.zeros(4, 1))
d_loss.backward()
print(G.weight.grad, D.weight.grad is not None)
g_loss = bce(D(G(noise)), torch.ones(4, 1))
g_loss.backward()
print(f"{d_loss.item():.4f} {g_loss.item():.4f}", G.weight.grad.shape)
