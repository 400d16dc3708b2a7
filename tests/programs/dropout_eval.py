import torch
import torch.nn as nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5), nn.Linear(4, 1))
net.eval()
x = torch.ones(2, 4)
print(net(x))
print(net)
