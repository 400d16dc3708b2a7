import torch
w = torch.tensor(4.0, requires_grad=True)
lr = 0.8
for epoch in range(6):
    loss = w ** 2
    loss.backward()
    w.data -= lr * w.grad.data
    w.grad.data.zero_()
    lr *= 0.5
    print(epoch, lr, w.item())
