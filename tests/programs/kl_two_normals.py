import torch
mu = torch.tensor([0.5, -0.3], requires_grad=True)
logvar = torch.tensor([0.1, -0.2], requires_grad=True)
kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
kl.backward()
print(kl)
print(mu.grad, logvar.grad)
