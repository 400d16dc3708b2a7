import torch
x = torch.zeros(3, 3)
x[0] = 1.0
x[1, 2] = 5.0
x[:, 0] = torch.tensor([7.0, 8.0, 9.0])
print(x)
x[2] += 1
print(x)
