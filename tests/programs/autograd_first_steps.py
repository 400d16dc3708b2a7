import torch
x = torch.ones(2, 2, requires_grad=True)
y = x + 2
print(y, y.grad_fn is not None)
z = y * y * 3
out = z.mean()
print(z, out)
out.backward()
print(x.grad)
x = torch.randn(3, requires_grad=True, generator=torch.Generator().manual_seed(0))
y = x * 2
i = 0
while y.data.norm() < 1000:
    y = y * 2
    i += 1
y.backward(torch.tensor([0.1, 1.0, 0.0001]))
print(i, x.grad)
print(x.requires_grad, (x ** 2).requires_grad)
with torch.no_grad():
    print((x ** 2).requires_grad)
d = x.detach()
print(d.requires_grad, x.eq(d).all(), d is x, d.data_ptr() == x.data_ptr())
a = torch.tensor([2., 3.], requires_grad=True)
b = torch.tensor([6., 4.], requires_grad=True)
Q = 3 * a ** 3 - b ** 2
Q.backward(gradient=torch.tensor([1., 1.]))
print(9 * a ** 2 == a.grad, -2 * b == b.grad)
print(a.is_leaf, Q.is_leaf, Q.grad_fn.name(), Q.grad_fn.next_functions[0][0].name())
try:
    Q.sum().backward(); Q.sum().backward()
except RuntimeError as e:
    print("RuntimeError")
@torch.no_grad()
def update(params, lr):
    for p in params:
        p.sub_(lr * p.grad)
        p.grad.zero_()
update([a, b], 0.1)
print(a, b, a.grad)
print(torch.is_grad_enabled(), torch.is_tensor(a), a.numel(), a.element_size())
