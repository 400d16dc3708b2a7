import torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
y = (w * w).sum()
print(w.is_leaf, y.is_leaf, w.requires_grad, y.requires_grad, w.grad)
y.backward()
print(w.grad, w.grad.requires_grad, y.item(), w.tolist())
print(w.data, w.detach(), w.shape[0], len(w))
print(w.grad_fn, type(y.item()))
z = w.detach() * 3
print(z.requires_grad)
