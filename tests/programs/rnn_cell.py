import torch
torch.manual_seed(3)
hidden, inputs = 3, 2
Wxh = torch.randn(hidden, inputs) * 0.1
Whh = torch.randn(hidden, hidden) * 0.1
Wxh.requires_grad_()
Whh.requires_grad_()
h = torch.zeros(hidden)
sequence = [torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]), torch.tensor([1.0, 1.0])]
for t, x in enumerate(sequence):
    h = torch.tanh(Wxh @ x + Whh @ h)
    print(t, h)
loss = h.sum()
loss.backward()
print(Whh.grad)
print(Wxh.grad)
