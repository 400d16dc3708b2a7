import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical, Normal
class ActorCritic(nn.Module):
    def __init__(self, n_state=4, n_act=2):
        super().__init__()
        self.body = nn.Linear(n_state, 16)
        self.pi, self.v = nn.Linear(16, n_act), nn.Linear(16, 1)
    def forward(self, s):
        h = F.relu(self.body(s))
        return F.softmax(self.pi(h), dim=-1), self.v(h)
class ToyEnv:
    """A line of five cells; the right end pays."""
    def reset(self):
        self.pos, self.t = 2, 0
        return self._obs()
    def _obs(self):
        s = torch.zeros(4); s[min(self.pos, 3)] = 1.0
        return s
    def step(self, a):
        self.pos = max(0, min(4, self.pos + (1 if a == 1 else -1))); self.t += 1
        done = self.pos in (0, 4) or self.t >= 10
        return self._obs(), float(self.pos == 4), done, {}
torch.manual_seed(543)
env, net = ToyEnv(), ActorCritic()
opt = torch.optim.Adam(net.parameters(), lr=3e-2)
eps = torch.finfo(torch.float32).eps
for ep in range(3):
    s, done, saved, rewards = env.reset(), False, [], []
    while not done:
        probs, value = net(s)
        m = Categorical(probs)
        a = m.sample()
        saved.append((m.log_prob(a), value))
        s, r, done, _ = env.step(a.item())
        rewards.append(r)
    R, returns = 0, []
    for r in rewards[::-1]:
        R = r + 0.99 * R
        returns.insert(0, R)
    returns = torch.tensor(returns)
    policy, values = [], []
    for (lp, v), R in zip(saved, returns):
        adv = R - v.item()
        policy.append(-lp * adv)
        values.append(F.smooth_l1_loss(v, torch.tensor([R])))
    opt.zero_grad()
    loss = torch.stack(policy).sum() + torch.stack(values).sum()
    loss.backward()
    opt.step()
    print(f"Episode {ep}\tsteps {len(rewards):2d}\treturn {sum(rewards):.1f}\tloss {loss.item():.4f}")
n = Normal(torch.tensor(0.0), torch.tensor(1.0))
print(n.rsample((2,)), n.log_prob(torch.tensor(0.5)), n.entropy())
