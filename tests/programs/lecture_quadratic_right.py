import torch

w1 = torch.tensor([1.0], requires_grad=True)
w2 = torch.tensor([1.0], requires_grad=True)
b = torch.tensor([1.0], requires_grad=True)

def forward(x):
    return w1 * x ** 2 + w2 * x + b

for x, y in zip([1.0, 2.0, 3.0], [3.0, 7.0, 13.0]):
    l = (forward(x) - y) ** 2
    l.backward()
    print(x, y, l.item(), w1.grad.item(), w2.grad.item(), b.grad.item())
print(forward(4), forward(4).item())
