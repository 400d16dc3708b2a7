import torch
print(torch.tensor([1, 2]))
x = torch.tensor([1, 2], requires_grad=True)
