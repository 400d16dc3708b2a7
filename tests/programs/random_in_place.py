import torch
from torch import nn
torch.manual_seed(7)
print(torch.empty(3, 5).normal_(), torch.empty(20).normal_(2, 3), torch.empty(3).uniform_(-1, 1))
print(torch.empty(4).bernoulli_(0.5), torch.empty(3).random_(0, 10), torch.empty(3).exponential_())
