import torch
x = torch.tensor([5.0, -3.0, 0.5], requires_grad=True)
for options in [dict(lr=0.1, momentum=0.9), dict(lr=0.1, momentum=0.9, nesterov=True), dict(lr=0.05, weight_decay=0.1)]:
    x.data = torch.tensor([5.0, -3.0, 0.5])
    opt = torch.optim.SGD([x], **options)
    for i in range(6):
        opt.zero_grad()
        (x ** 2).sum().backward()
        opt.step()
    print(x)
