import torch
torch.manual_seed(4)
R = torch.tensor([[5.0, 3.0, 0.0], [4.0, 0.0, 1.0], [1.0, 1.0, 5.0]])
mask = R > 0
U = torch.rand(3, 2, requires_grad=True)
V = torch.rand(3, 2, requires_grad=True)
for i in range(20):
    E = (R - U @ V.T)[mask]
    loss = (E ** 2).mean()
    loss.backward()
    for M in (U, V):
        M.data.sub_(0.1 * M.grad)
        M.grad.zero_()
    if i % 5 == 0:
        print(i, f"{loss.item():.4f}")
print(mask.sum())
