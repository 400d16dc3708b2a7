import torch
def softmax(x, dim=-1):
    z = x - x.max(dim=dim, keepdim=True).values
    e = z.exp()
    return e / e.sum(dim=dim, keepdim=True)
torch.manual_seed(0)
x = torch.randn(3, 4, requires_grad=True)
torch.testing.assert_close(softmax(x), torch.softmax(x, dim=-1))
torch.testing.assert_close(softmax(x), torch.softmax(x, dim=-1), rtol=1e-4, atol=1e-6)
from torch.testing import assert_close
g1, = torch.autograd.grad(softmax(x)[:, 0].sum(), x)
g2, = torch.autograd.grad(x.softmax(-1)[:, 0].sum(), x)
assert_close(g1, g2, msg="gradients differ")
try:
    assert_close(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.5]))
except AssertionError as err:
    print(str(err))
try:
    assert_close(torch.ones(2), torch.ones(3))
except AssertionError as err:
    print(str(err))
try:
    torch.testing.assert_close(torch.ones(2), torch.ones(2, dtype=torch.float64))
except AssertionError as err:
    print(str(err))
torch.testing.assert_close(1.0, 1.0 + 1e-9)
print("all good")
(softmax(x) ** 2).sum().backward()
print(x.grad)
