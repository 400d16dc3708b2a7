import torch
import torch.nn.functional as F
theta = torch.zeros(3, requires_grad=True)
rewards = [1.0, 0.0, 2.0]
for step in range(5):
    logp = F.log_softmax(theta, dim=0)
    loss = -sum(logp[a] * r for a, r in enumerate(rewards)) / 3
    loss.backward()
    with torch.no_grad():
        theta -= 0.5 * theta.grad
        theta.grad.zero_()
print(F.softmax(theta, dim=0))
