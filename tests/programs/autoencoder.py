import torch
import torch.nn as nn
torch.manual_seed(9)
encoder = nn.Sequential(nn.Linear(6, 2), nn.Tanh())
decoder = nn.Linear(2, 6)
params = list(encoder.parameters()) + list(decoder.parameters())
opt = torch.optim.Adam(params, lr=0.02)
x = torch.rand(5, 6)
for i in range(10):
    code = encoder(x)
    loss = nn.functional.mse_loss(decoder(code), x)
    opt.zero_grad()
    loss.backward()
    opt.step()
print(f"{loss.item():.4f}", code.shape)
