import torch
w = torch.tensor([2.0, -3.0, -3.0], requires_grad=True)
x = torch.tensor([-1.0, -2.0])
f = torch.sigmoid(w[0] * x[0] + w[1] * x[1] + w[2])
f.backward()
print(f"{f.item():.4f}")
print(w.grad)
