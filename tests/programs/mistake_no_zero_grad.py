import torch
torch.manual_seed(0)
model = torch.nn.Linear(1, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.01)
x = torch.tensor([[1.0], [2.0]])
y = 3 * x
for i in range(6):
    loss = ((model(x) - y) ** 2).mean()
    loss.backward()
    opt.step()
    print(i, f"{model.weight.grad.item():.4f}")
