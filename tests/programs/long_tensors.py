import torch
print(torch.arange(100.0))
print(torch.arange(2000))
print((torch.arange(24.0) / 7).reshape(2, 3, 4))
print(torch.arange(1200.0).reshape(30, 40) * 1.5)
