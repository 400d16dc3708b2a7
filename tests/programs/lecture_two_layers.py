import torch
W1 = torch.tensor([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], requires_grad=True)
b1 = torch.zeros(3, 1, requires_grad=True)
W2 = torch.tensor([[1.0, -1.0, 0.5]], requires_grad=True)
b2 = torch.tensor([[0.25]], requires_grad=True)
x = torch.tensor([[1.0], [2.0]])
h = W1 @ x + b1
y_hat = W2 @ h + b2
print(h)
print(y_hat)
loss = (y_hat - 1.0).pow(2).sum()
loss.backward()
print(W1.grad)
print(W2.grad)
print(b1.grad, b2.grad)
