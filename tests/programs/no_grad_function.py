import torch
w = torch.tensor(2.0, requires_grad=True)
@torch.no_grad()
def evaluate(x):
    return w * x
y = evaluate(3.0)
print(y, y.requires_grad)
with torch.no_grad():
    z = w * 3
    print(z.requires_grad, torch.is_grad_enabled())
    with torch.enable_grad():
        q = w * 3
print(q.requires_grad, torch.is_grad_enabled())
