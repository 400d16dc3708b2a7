import torch
from torch.autograd import Function, gradcheck
class Sq(Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x, k)
        return x ** 2 * k, x.sum()
    @staticmethod
    def backward(ctx, g, h):
        x, k = ctx.saved_tensors
        return g * x * k + h, (g * x ** 2).sum()
class Mul(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b
    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved_tensors
        return g * b, g * a
x = torch.tensor([1.0, 2.0], dtype=torch.double, requires_grad=True)
k = torch.tensor(3.0, dtype=torch.double, requires_grad=True)
print(gradcheck(Mul.apply, (x, k)))
print(gradcheck(torch.sin, x, eps=1e-6, atol=1e-4))
print(torch.autograd.gradcheck(Sq.apply, (x, k), raise_exception=False))
print(torch.autograd.gradcheck(lambda a: a.detach() * a, x, raise_exception=False))
try:
    print(gradcheck(Sq.apply, (x, k)))
except RuntimeError as error:
    print(error)
try:
    gradcheck(Mul.apply, (x.detach(), k.detach()))
except ValueError as error:
    print(error)
gradcheck(Sq.apply, (x, k))
