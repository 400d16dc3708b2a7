import torch
import torch.nn as nn
torch.manual_seed(0)
emb = nn.Embedding(4, 2)
idx = torch.tensor([1, 3, 1])
out = emb(idx)
print(out)
out.sum().backward()
print(emb.weight.grad)
