import random
from collections import namedtuple, deque
import torch
import torch.nn as nn
import torch.optim as optim
import torch.nn.functional as F
Transition = namedtuple('Transition', ('state', 'action', 'next_state', 'reward'))
class ReplayMemory(object):
    def __init__(self, capacity):
        self.memory = deque([], maxlen=capacity)
    def push(self, *args):
        """Save a transition"""
        self.memory.append(Transition(*args))
    def sample(self, batch_size):
        return random.sample(self.memory, batch_size)
    def __len__(self):
        return len(self.memory)
class DQN(nn.Module):
    def __init__(self, n_observations, n_actions):
        super(DQN, self).__init__()
        self.layer1 = nn.Linear(n_observations, 8)
        self.layer3 = nn.Linear(8, n_actions)
    def forward(self, x):
        return self.layer3(F.relu(self.layer1(x)))
random.seed(0)
torch.manual_seed(0)
policy_net = DQN(2, 2)
target_net = DQN(2, 2)
target_net.load_state_dict(policy_net.state_dict())
optimizer = optim.AdamW(policy_net.parameters(), lr=1e-2, amsgrad=True)
memory = ReplayMemory(20)
state = torch.tensor([[0.1, 0.2]])
for t in range(24):
    if random.random() > 0.3:
        with torch.no_grad():
            action = policy_net(state).max(1).indices.view(1, 1)
    else:
        action = torch.tensor([[random.randrange(2)]], dtype=torch.long)
    nxt = None if t % 7 == 6 else state * 0.9 + action.item() * 0.1
    memory.push(state, action, nxt, torch.tensor([1.0 - action.item()]))
    state = nxt if nxt is not None else torch.tensor([[0.1, 0.2]])
    if len(memory) < 8:
        continue
    transitions = memory.sample(8)
    batch = Transition(*zip(*transitions))
    non_final_mask = torch.tensor(tuple(map(lambda s: s is not None, batch.next_state)), dtype=torch.bool)
    non_final_next_states = torch.cat([s for s in batch.next_state if s is not None])
    state_batch = torch.cat(batch.state)
    action_batch = torch.cat(batch.action)
    reward_batch = torch.cat(batch.reward)
    state_action_values = policy_net(state_batch).gather(1, action_batch)
    next_state_values = torch.zeros(8)
    with torch.no_grad():
        next_state_values[non_final_mask] = target_net(non_final_next_states).max(1).values
    expected = (next_state_values * 0.99) + reward_batch
    loss = nn.SmoothL1Loss()(state_action_values, expected.unsqueeze(1))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_value_(policy_net.parameters(), 100)
    optimizer.step()
    tsd = target_net.state_dict()
    psd = policy_net.state_dict()
    for key in psd:
        tsd[key] = psd[key] * 0.5 + tsd[key] * 0.5
    target_net.load_state_dict(tsd)
    if t % 8 == 0: print(t, loss.item())
print(len(memory), target_net.layer3.bias)
