import torch
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
for y in [x + 1, x - 1, x * 2, x / 2, x ** 2, -x, x.exp(), x.log(), x.sqrt(), x.sin(), x.cos(), x.tanh(),
          x.sigmoid(), x.relu(), x.abs(), x.sum(), x.mean(), x.reshape(3, 1), x[0], x[1:]]:
    print(y)
