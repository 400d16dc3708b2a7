import torch
from torch import nn
import torch.nn.functional as F
torch.manual_seed(1)
class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(8, 6)
        self.fc21 = nn.Linear(6, 2)
        self.fc22 = nn.Linear(6, 2)
        self.fc3 = nn.Linear(2, 6)
        self.fc4 = nn.Linear(6, 8)
    def encode(self, x):
        h1 = F.relu(self.fc1(x))
        return self.fc21(h1), self.fc22(h1)
    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5*logvar)
        eps = torch.randn_like(std)
        return mu + eps*std
    def decode(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))
    def forward(self, x):
        mu, logvar = self.encode(x.view(-1, 8))
        z = self.reparameterize(mu, logvar)
        return self.decode(z), mu, logvar
def loss_function(recon_x, x, mu, logvar):
    BCE = F.binary_cross_entropy(recon_x, x.view(-1, 8), reduction='sum')
    KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return BCE + KLD
model = VAE()
opt = torch.optim.Adam(model.parameters(), lr=1e-2)
data = (torch.rand(16, 2, 4) > 0.5).float()
for epoch in range(3):
    for i in range(0, 16, 8):
        opt.zero_grad()
        recon, mu, logvar = model(data[i:i+8])
        loss = loss_function(recon, data[i:i+8], mu, logvar)
        loss.backward()
        opt.step()
    print(f'====> Epoch: {epoch} Average loss: {loss.item() / 8:.4f}')
with torch.no_grad():
    print(model.decode(torch.zeros(1, 2)))
