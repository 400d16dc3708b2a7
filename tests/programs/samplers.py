import torch
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler
torch.manual_seed(0)
y = torch.tensor([0, 0, 0, 1])
wts = 1.0 / torch.bincount(y)[y].float()
s = WeightedRandomSampler(wts, num_samples=8, replacement=True)
print(list(s))
dl = DataLoader(TensorDataset(y), batch_size=4, sampler=s)
for (b,) in dl: print(b)
w = torch.ones(1, requires_grad=True); (w * 2).backward()

from torch.utils.data import ConcatDataset, Subset

both = ConcatDataset([TensorDataset(torch.arange(3.0)), TensorDataset(torch.arange(10.0, 14.0))])
print(len(both), both[3], both[-1], [batch[0] for batch in DataLoader(both, batch_size=3, shuffle=True)])
batches = DataLoader(both, batch_sampler=[[0, 1], [6, 2, 3]], num_workers=0)
print(len(batches), [batch[0].tolist() for batch in batches], len(DataLoader(both, 2, sampler=[1, 2, 3])))
