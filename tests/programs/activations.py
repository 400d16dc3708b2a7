import torch
import torch.nn.functional as F
x = torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0], requires_grad=True)
for name in ["relu", "sigmoid", "tanh", "leaky_relu", "elu", "gelu", "silu", "softplus"]:
    f = {"relu": F.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "leaky_relu": F.leaky_relu, "elu": F.elu,
         "gelu": F.gelu, "silu": F.silu, "softplus": F.softplus}[name]
    x.grad = None
    y = f(x)
    y.sum().backward()
    print(name)
    print(y.detach())
    print(x.grad)
