import torch
import torch.nn as nn

torch.manual_seed(7)
G = nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
D = nn.Sequential(nn.Linear(1, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
opt_g = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.999))
opt_d = torch.optim.Adam(D.parameters(), lr=1e-3, betas=(0.5, 0.999))
bce = nn.BCEWithLogitsLoss()
history = {"d": [], "g": []}
for step in range(3):
    real = torch.randn(16, 1) * 0.5 + 2
    noise = torch.randn(16, 2)
    fake = G(noise)
    d_loss = bce(D(real), torch.ones(16, 1)) + bce(D(fake.detach()), torch.zeros(16, 1))
    opt_d.zero_grad(); d_loss.backward(); opt_d.step()
    for p in D.parameters():
        p.requires_grad_(False)
    g_loss = bce(D(fake), torch.ones_like(real))
    opt_g.zero_grad(); g_loss.backward(); opt_g.step()
    for p in D.parameters():
        p.requires_grad_(True)
    history["d"].append(d_loss.item())
    history["g"].append(g_loss.item())
    print("[{}/{}] D: {:.4f} G: {:.4f}".format(step + 1, 3, d_loss, g_loss))
print(*(f"{k}={sum(v) / len(v):.3f}" for k, v in history.items()), sep=", ")
