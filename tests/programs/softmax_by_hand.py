import torch
logits = torch.tensor([2.0, 1.0, 0.1], requires_grad=True)
exps = torch.exp(logits)
probs = exps / exps.sum()
print(probs)
loss = -torch.log(probs[0])
loss.backward()
print(loss)
print(logits.grad)
