import torch
from torch.autograd import Function
from torch.autograd.function import once_differentiable

class MyReLU(Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)
    @staticmethod
    def backward(ctx, grad_output):
        input, = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] = 0
        return grad_input

class STE(Function):
    @staticmethod
    def forward(ctx, input):
        return (input > 0).float()
    @staticmethod
    def backward(ctx, grad_output):
        return torch.nn.functional.hardtanh(grad_output)

class Reverse(Function):
    @staticmethod
    def forward(ctx, x, alpha):
        ctx.alpha = alpha
        return x.view_as(x)
    @staticmethod
    def backward(ctx, grad_output):
        return grad_output.neg() * ctx.alpha, None

class Linear(Function):
    @staticmethod
    def forward(ctx, input, weight, bias=None):
        ctx.save_for_backward(input, weight, bias)
        output = input.mm(weight.t())
        if bias is not None:
            output += bias.unsqueeze(0).expand_as(output)
        return output
    @staticmethod
    def backward(ctx, grad_output):
        input, weight, bias = ctx.saved_tensors
        grad_input = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            grad_input = grad_output.mm(weight)
        if ctx.needs_input_grad[1]:
            grad_weight = grad_output.t().mm(input)
        if bias is not None and ctx.needs_input_grad[2]:
            grad_bias = grad_output.sum(0)
        print(ctx.needs_input_grad)
        return grad_input, grad_weight, grad_bias

class Both(Function):
    @staticmethod
    def forward(ctx, x):
        s, m = x.sum(), x * 2
        big = x > 1
        ctx.mark_non_differentiable(big)
        return s, m, big
    @staticmethod
    def backward(ctx, gs, gm, gb):
        print(gs, gm, gb)
        return gs + 2 * gm

class Power(Function):
    @staticmethod
    def forward(x, k):
        return x ** k
    @staticmethod
    def setup_context(ctx, inputs, output):
        x, k = inputs
        ctx.save_for_backward(x, output)
        ctx.k = k
    @staticmethod
    def backward(ctx, g):
        x, out = ctx.saved_tensors
        return g * ctx.k * x ** (ctx.k - 1), None

class Exp(Function):
    @staticmethod
    def forward(ctx, i):
        result = i.exp()
        ctx.save_for_backward(result)
        return result
    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        result, = ctx.saved_tensors
        return g * result

x = torch.tensor([[-1.0, 0.5], [2.0, -3.0]], requires_grad=True)
y = MyReLU.apply(x)
print(y)
z = STE.apply(y - 0.7)
print(z, z.grad_fn.name())
(z.sum() * 3 + (y * y).sum()).backward()
print(x.grad)
x.grad = None
w = torch.tensor([[1.0, 2.0], [0.5, -1.0], [3.0, 0.0]], requires_grad=True)
b = torch.zeros(3, requires_grad=True)
out = Linear.apply(Reverse.apply(x, 0.5), w, b)
print(out)
s, m, big = Both.apply(out)
print(s, m, big)
(s * 2 + m[0].sum()).backward()
print(x.grad, w.grad, b.grad)
Linear.apply(x.detach(), w).sum().backward()
print(w.grad)
a = torch.tensor(2.0, requires_grad=True)
p = Power.apply(a, 3)
print(p)
g, = torch.autograd.grad(p, a, create_graph=True)
print(g)
g.backward()
print(a.grad)
e = Exp.apply(a)
print(e, e.requires_grad, e.is_leaf)
e.backward()
print(a.grad)
with torch.no_grad():
    print(Exp.apply(a))
print(Exp.apply(torch.tensor(0.5)))
