import torch
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = torch.stack([x[0] * x[1], x[1] * x[2], x.sum()])
rows = []
for i in range(3):
    g = torch.autograd.grad(y[i], x, retain_graph=True)[0]
    rows.append(g)
print(torch.stack(rows))
