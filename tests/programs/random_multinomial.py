import torch
torch.manual_seed(7)
print(torch.multinomial(torch.tensor([0.1, 0.2, 0.7]), 1))
print(torch.rand(2))
print(torch.multinomial(torch.tensor([0.1, 0.2, 0.7]), 10, replacement=True))
print(torch.rand(2))
print(torch.multinomial(torch.tensor([0.1, 0.2, 0.7]), 2))
print(torch.rand(2))
