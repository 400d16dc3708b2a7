import torch
x = torch.tensor(1.0)
print(x / 0)
print(1 / 0)
