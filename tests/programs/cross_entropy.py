import torch
import torch.nn as nn
import torch.nn.functional as F
logits = torch.tensor([[2.0, 1.0, 0.1], [0.5, 2.5, 0.3]], requires_grad=True)
target = torch.tensor([0, 1])
loss = nn.CrossEntropyLoss()(logits, target)
print(loss)
loss.backward()
print(logits.grad)
log_probs = F.log_softmax(logits, dim=1)
print(log_probs)
print(F.nll_loss(log_probs, target).item())
