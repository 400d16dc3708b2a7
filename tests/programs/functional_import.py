from torch.nn.functional import relu, softmax
from torch.optim import SGD
from torch import nn
import torch
w = nn.Parameter(torch.tensor([1.0, -1.0]))
opt = SGD([w], lr=0.1)
loss = (relu(w) ** 2).sum() + softmax(w, dim=0)[0]
loss.backward()
opt.step()
print(w)
print(w.grad)
