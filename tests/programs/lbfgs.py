import torch
x = torch.tensor([-1.5, 2.0], requires_grad=True)
opt = torch.optim.LBFGS([x], lr=0.5, max_iter=5, history_size=10, line_search_fn=None)
def closure():
    opt.zero_grad()
    loss = (1 - x[0])**2 + 5 * (x[1] - x[0]**2)**2
    loss.backward()
    return loss
for i in range(3):
    loss = opt.step(closure)
    print(i, loss.item())
print(x)
w = torch.zeros(2, requires_grad=True)
X = torch.tensor([[1., 2.], [2., 1.], [3., 3.]])
y = torch.tensor([1., 0., 2.])
lbfgs = torch.optim.LBFGS([w], history_size=10, max_iter=3, line_search_fn="strong_wolfe")
for k in range(1):
    def closure():
        lbfgs.zero_grad()
        l = ((X @ w - y) ** 2).mean() + 0.1 * (w ** 4).sum()
        l.backward()
        return l
    lbfgs.step(closure)
    print(k, w.data)

torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(1, 6), torch.nn.Tanh(), torch.nn.Linear(6, 1))
points = torch.linspace(-1, 1, 12).unsqueeze(1)
optimizer = torch.optim.LBFGS(net.parameters(), lr=0.5, max_iter=5, line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    loss = (net(points) - torch.sin(3 * points)).pow(2).mean()
    loss.backward()
    return loss


for _ in range(2):
    print(f"{optimizer.step(closure).item():.4f}")
try:
    torch.optim.LBFGS([w]).step()
except (TypeError, RuntimeError):
    print("a closure is needed")
