# The commonest neighbour, quantiles, a histogram, sums by group
import torch

torch.manual_seed(0)
train, labels = torch.randn(20, 3), torch.randint(0, 3, (20,))
near = torch.cdist(torch.randn(4, 3), train).topk(5, largest=False).indices
votes = labels[near]
print(votes, votes.mode(dim=1).values, votes.mode().indices)
values, places = torch.mode(torch.tensor([[1.0, 2.0, 2.0, 1.0], [3.0, 0.0, 0.0, 0.0]]), 0)
print(values, places, torch.mode(torch.tensor([4, 4, 1, 1, 3])), torch.mode(votes, dim=1, keepdim=True).values.shape)
x = torch.tensor([[3.0, 1.0, 2.0, 7.0], [4.0, 0.5, -1.0, 2.5]], requires_grad=True)
print(torch.quantile(x, 0.25), x.quantile(0.5, dim=1), torch.quantile(x, torch.tensor([0.1, 0.9]), dim=0, keepdim=True))
(torch.quantile(x, 0.3, dim=1) * torch.tensor([1.0, 2.0])).sum().backward()
print(x.grad)
print(torch.histc(torch.tensor([1.0, 2.0, 2.0, 3.0, 4.0]), bins=4, min=0, max=4), torch.histc(train, 5))
a = torch.zeros(3, 2)
source = torch.arange(8.0).reshape(4, 2).requires_grad_()
index = torch.tensor([0, 2, 0, 1])
made = a.index_add(0, index, source)
print(made, torch.index_add(a, 0, index, source, alpha=2.0))
(made * torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])).sum().backward()
print(source.grad)
a.index_add_(0, index, source.detach())
print(a)
try:
    torch.quantile(x, 1.5)
except RuntimeError as error:
    print(error)
