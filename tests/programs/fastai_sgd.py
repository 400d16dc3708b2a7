import torch
from torch import tensor
import random

def f(x): return 3*x**2 + 2*x + 1
def quad(a, b, c, x): return a*x**2 + b*x + c
from functools import partial
def mk_quad(a,b,c): return partial(quad, a,b,c)
f2 = mk_quad(3,2,1)
print(f2(1.5))
torch.manual_seed(42)
x = torch.linspace(-2, 2, steps=20)[:,None]
print(x.shape)
y = f(x) + torch.randn(20,1)*1.5
def mae(preds, acts): return (torch.abs(preds-acts)).mean()
def quad_mae(params):
    f = mk_quad(*params)
    return mae(f(x), y)
print(quad_mae([1.1, 1.1, 1.1]))
abc = torch.tensor([1.1,1.1,1.1])
abc.requires_grad_()
loss = quad_mae(abc)
print(loss)
loss.backward()
print(abc.grad)
for i in range(10):
    loss = quad_mae(abc)
    loss.backward()
    with torch.no_grad(): abc -= abc.grad*0.01
    print(f'step={i}; loss={loss:.2f}')
def rectified_linear(m,b,x):
    y = m*x+b
    return torch.clip(y, 0.)
print(rectified_linear(1., 1., torch.tensor([-3., 2.])))
