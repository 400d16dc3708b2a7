import torch
from torch import nn
from torch.autograd import Function


class Checkpoint(Function):
    """Computes its inside anew on the way back."""

    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return torch.tanh(x @ w)

    @staticmethod
    def backward(ctx, grad):
        x, w = (each.detach().requires_grad_() for each in ctx.saved_tensors)
        with torch.enable_grad():
            y = torch.tanh(x @ w)
        return torch.autograd.grad(y, (x, w), grad)


class Cube(Function):
    def forward(ctx, x):  # PyTorch does not insist on @staticmethod
        print("forward", torch.is_grad_enabled(), x.requires_grad)
        ctx.save_for_backward(x)
        return x ** 3

    def backward(ctx, grad):
        print("backward", torch.is_grad_enabled(), grad)
        (x,) = ctx.saved_tensors
        return 3 * x ** 2 * grad


class Clipped(Cube):
    @staticmethod
    def backward(ctx, grad):
        return Cube.backward(ctx, grad).clamp(-1, 1), None


class MinMax(Function):
    @staticmethod
    def forward(ctx, x, scale=2.0):
        ctx.scale = scale
        ctx.low, ctx.high = x.argmin().item(), x.argmax().item()
        ctx.size = x.shape[0]
        return x.min() * scale, x.max() * scale, x * scale

    @staticmethod
    def backward(ctx, low, high, rest):
        grad = torch.zeros(ctx.size)
        grad[ctx.low] = low
        grad[ctx.high] += high
        return (grad + rest) * ctx.scale


class Gate(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.tensor([[0.5, -1.0], [2.0, 0.25]]))

    def forward(self, x):
        return Checkpoint.apply(x, self.w)


x = torch.tensor([[1.0, -0.5]], requires_grad=True)
gate = Gate()
y = gate(x * 2)
print(y, y.grad_fn.name(), y.is_leaf)
(y + x).sum().backward()
print(x.grad, gate.w.grad)

a = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)
cube = Cube.apply
b = cube(a)
first, = torch.autograd.grad(b, a, create_graph=True)
second, = torch.autograd.grad(first, a, create_graph=True)
third, = torch.autograd.grad(second, a)
print(b, first, second, third)
c = cube(a) + Clipped.apply(a)
c.backward(retain_graph=True)
c.backward()
print(a.grad)

v = torch.tensor([3.0, -1.0, 2.0], requires_grad=True)
low, high, rest = MinMax.apply(v)
print(low, high, rest)
(high - low).backward(retain_graph=True)
print(v.grad)
(rest ** 2).sum().backward()
print(v.grad)



class Twice(Function):
    @staticmethod
    def forward(ctx, x, w):
        return x, w, w

    @staticmethod
    def backward(ctx, one, two, three):
        print(one, two, three)
        return one * 2, two + three


p, q, r = Twice.apply(v, gate.w)
print(p is v, q is gate.w, q is r, p.grad_fn.name(), v.requires_grad, gate.w.is_leaf)
v.grad = gate.w.grad = None
(p.sum() + (q * r).sum()).backward()
print(v.grad, gate.w.grad)

try:
    MinMax.apply(v, 1.0)[0].backward()
except RuntimeError as error:
    print(error)
