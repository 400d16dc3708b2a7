import torch
W = torch.ones(6, 5, requires_grad=True)
x = torch.ones(6)
print(W.shape, x.shape)
y = W @ x
