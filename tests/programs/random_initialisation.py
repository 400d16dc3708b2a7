import torch
from torch import nn
torch.manual_seed(7)
for f in (nn.init.kaiming_uniform_, nn.init.kaiming_normal_, nn.init.xavier_uniform_, nn.init.xavier_normal_, nn.init.normal_, nn.init.uniform_):
    print(f(torch.empty(4, 5)))
    print(f(torch.empty(2, 3, 2, 2)).sum())
print(nn.init.kaiming_normal_(torch.empty(3, 5), mode='fan_out', nonlinearity='relu'))
print(nn.init.kaiming_uniform_(torch.empty(3, 5), a=5**0.5))
print(nn.init.calculate_gain('relu'), nn.init.calculate_gain('tanh'))
