import torch
w = torch.tensor([1.0, -2.0], requires_grad=True)
x = torch.tensor([0.5, 1.5], requires_grad=True)
out = torch.tanh((w * x).sum())
gx = torch.autograd.grad(out, x, create_graph=True)[0]
penalty = (gx.norm() - 1) ** 2
penalty.backward()
print(gx.detach())
print(w.grad)
