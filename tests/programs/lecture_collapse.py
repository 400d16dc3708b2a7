import torch
W1 = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
b1 = torch.tensor([0.5, -0.5])
W2 = torch.tensor([[2.0, -1.0]])
b2 = torch.tensor([0.1])
W, b = W2 @ W1, W2 @ b1 + b2
for x in [torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]), torch.tensor([-2.0, 3.0])]:
    deep = W2 @ (W1 @ x + b1) + b2
    flat = W @ x + b
    bent = W2 @ torch.sigmoid(W1 @ x + b1) + b2
    print(deep, flat, bent)
