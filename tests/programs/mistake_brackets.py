import torch

model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters, lr=0.1)
