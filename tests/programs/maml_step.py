import torch
w = torch.tensor(2.0, requires_grad=True)
inner = (w - 1) ** 2
g = torch.autograd.grad(inner, w, create_graph=True)[0]
w2 = w - 0.1 * g
outer = (w2 + 1) ** 2
outer.backward()
print(g, w2, w.grad)
