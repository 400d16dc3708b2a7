import torch
x = torch.tensor([5.0, -3.0], requires_grad=True)
opt = torch.optim.SGD([x], lr=0.1)
for i in range(5):
    opt.zero_grad()
    loss = (x ** 2).sum()
    loss.backward()
    opt.step()
    print(i, loss.item(), x)
