import torch
import torch.nn.functional as F
torch.manual_seed(0)
X = torch.randn(12, 4)
y = torch.tensor([0, 1, 2] * 4)
W = torch.zeros(4, 3, requires_grad=True)
b = torch.zeros(3, requires_grad=True)
for i in range(5):
    logits = X @ W + b
    loss = F.cross_entropy(logits, y)
    loss.backward()
    with torch.no_grad():
        W -= 0.5 * W.grad
        b -= 0.5 * b.grad
        W.grad.zero_()
        b.grad.zero_()
    print(f"{i} {loss.item():.5f}")
probs = F.softmax(X @ W + b, dim=1)
print(probs.sum(dim=1))
print(probs.argmax(dim=1))
