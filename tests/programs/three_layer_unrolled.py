import torch
torch.manual_seed(10)
sizes = [3, 4, 4, 1]
params = []
for n_in, n_out in zip(sizes, sizes[1:]):
    W = torch.randn(n_out, n_in) * (2 / n_in) ** 0.5
    W.requires_grad = True
    b = torch.zeros(n_out, requires_grad=True)
    params.append((W, b))
def forward(x):
    for i, (W, b) in enumerate(params):
        x = W @ x + b
        if i < len(params) - 1:
            x = torch.relu(x)
    return x
x = torch.tensor([1.0, -0.5, 0.25])
y = forward(x)
y.backward()
print(f"{y.item():.5f}")
for W, b in params:
    print(W.grad.shape, f"{b.grad.norm().item():.5f}")
