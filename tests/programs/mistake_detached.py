import torch
x = torch.tensor(2.0, requires_grad=True)
loss = (x * 3).detach() ** 2
print(loss)
loss.backward()
