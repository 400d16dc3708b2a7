import torch
def run(make):
    x = torch.tensor([5.0, -3.0, 0.5], requires_grad=True)
    opt = make([x])
    for i in range(8):
        opt.zero_grad()
        loss = (x ** 2).sum() + x[0] * x[1]
        loss.backward()
        opt.step()
    return x
print(run(lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.01)))
print(run(lambda p: torch.optim.RMSprop(p, lr=0.01)))
print(run(lambda p: torch.optim.RMSprop(p, lr=0.01, momentum=0.9)))
print(run(lambda p: torch.optim.Adagrad(p, lr=0.5)))
print(run(lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.99), weight_decay=0.1)))
