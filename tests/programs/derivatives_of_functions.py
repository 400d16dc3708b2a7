import torch
from torch.autograd.functional import jacobian, hessian
def f(x):
    return (x ** 3).sum()
x = torch.tensor([1., 2., 3.])
print(hessian(f, x))
print(jacobian(lambda x: x ** 2, x))
J = torch.autograd.functional.jacobian(lambda a, b: a * b, (torch.ones(2), torch.tensor([2., 3.])))
print(J)
def exp_reducer(x):
    return x.exp().sum(dim=1)
print(jacobian(exp_reducer, torch.zeros(2, 2)))
v = torch.tensor([1., 0., -1.])
print(torch.autograd.functional.vjp(lambda x: x * 2, x, v))
print(torch.autograd.functional.jvp(lambda x: x ** 2, x, v))
print(torch.autograd.functional.hvp(f, x, v))
from torch.func import grad, vmap
f = lambda x: torch.sin(x)
x = torch.tensor(0.5)
print(grad(f)(x))
print(grad(grad(f))(x))
print(vmap(grad(f))(torch.linspace(0, 1, 4)))
w = torch.tensor([1., 2.])
def loss(w, x, y):
    return ((w * x).sum() - y) ** 2
X, Y = torch.randn(3, 2), torch.randn(3)
print(vmap(grad(loss), in_dims=(None, 0, 0))(w, X, Y))
g, v = torch.func.grad_and_value(loss)(w, X[0], Y[0])
print(g, v)
from torch.func import jacrev, jacfwd, hessian
print(jacrev(lambda x: x ** 2)(w))
print(hessian(lambda x: (x ** 3).sum())(w))
from torch import nn
from torch.func import functional_call
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))
params = dict(model.named_parameters())
x = torch.linspace(-1, 1, 5).unsqueeze(1)
y = x ** 2
loss = ((functional_call(model, params, (x,)) - y) ** 2).mean()
grads = torch.autograd.grad(loss, tuple(params.values()), create_graph=True)
fast = {n: p - 0.1 * g for (n, p), g in zip(params.items(), grads)}
outer = ((functional_call(model, fast, x) - y) ** 2).mean()
outer.backward()
print(loss.item(), outer.item())
print(model[0].bias.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
penalty = grad(lambda x: (x**3).sum())(x).pow(2).sum()
penalty.backward()
print(x.grad, hessian(lambda x, y: (x * y**2).sum(), argnums=0)(x, x))
print(jacobian(lambda a, b: (a + b, a * b), (x, torch.ones(2))), torch.func.jacfwd(torch.sin)(x).requires_grad)
print(vmap(lambda a, b: a @ b, in_dims=(0, None))(torch.ones(3, 2), torch.tensor([1.0, 2.0])))
