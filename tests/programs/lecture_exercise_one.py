import torch
x = torch.tensor(2.0)
y = torch.tensor(4.0)
w = torch.tensor(1.0, requires_grad=True)
y_hat = x * w
r = y_hat - y
loss = r ** 2
loss.backward()
print(y_hat, r, loss)
print(w.grad)
