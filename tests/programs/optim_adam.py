import torch
x = torch.tensor([5.0, -3.0, 0.5], requires_grad=True)
opt = torch.optim.Adam([x], lr=0.1)
for i in range(10):
    opt.zero_grad()
    loss = (x ** 2).sum()
    loss.backward()
    opt.step()
    if i % 3 == 0:
        print(i, f"{loss.item():.5f}", x)
