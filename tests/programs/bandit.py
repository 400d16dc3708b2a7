import torch
from torch.distributions import Categorical
torch.manual_seed(0)
probs_true = torch.tensor([0.2, 0.5, 0.8])
logits = torch.zeros(3, requires_grad=True)
opt = torch.optim.SGD([logits], lr=0.3)
baseline, alpha = 0.0, 0.1
rewards = []
for t in range(1, 13):
    dist = Categorical(logits=logits)
    a = dist.sample()
    r = torch.bernoulli(probs_true[a]).item()
    baseline += alpha * (r - baseline)
    loss = -dist.log_prob(a) * (r - baseline) - 0.01 * dist.entropy()
    opt.zero_grad()
    loss.backward()
    opt.step()
    rewards.append(r)
    if t % 4 == 0:
        print(f"t={t:>3} avg={sum(rewards[-4:]) / 4:.2f} pi={[f'{p:.2f}' for p in dist.probs.tolist()]}")
