import torch
import torch.nn as nn

torch.manual_seed(0)
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)


def double(gradient):
    print("x is told", gradient)
    return gradient * 2


handle = x.register_hook(double)
y = x**2
y.retain_grad()
y.register_hook(lambda gradient: gradient.clamp(max=1.5))
y.register_hook(lambda gradient: print("y is told", gradient))
z = (y * torch.tensor([1.0, 2.0, 3.0])).sum()
z.backward()
print(x.grad, y.grad)
handle.remove()
x.grad = None
(x**2).sum().backward()
print(x.grad)
a = torch.tensor(2.0, requires_grad=True)
b = a * 3
b.register_hook(lambda gradient: gradient + 1)
print(torch.autograd.grad(b**2, a, create_graph=True))

seen = {}
model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))


def keep(name):
    def hook(module, inputs, output):
        seen[name] = output.detach()

    return hook


handles = [layer.register_forward_hook(keep(name)) for name, layer in model.named_children()]
model[1].register_forward_pre_hook(lambda module, inputs: (inputs[0] * 0.5,))
model[2].register_forward_hook(lambda module, inputs, output: output + 1)
for layer in model:
    layer.register_full_backward_hook(
        lambda module, inputs, outputs: print(
            module.__class__.__name__, [None if each is None else each.shape for each in inputs], outputs[0].norm()
        )
    )
out = model(torch.ones(2, 3))
out.pow(2).sum().backward()
print(seen["1"], list(seen))
for each in handles:
    each.remove()
print(model[0].weight.grad, len(seen))
with torch.no_grad():
    print(model(torch.zeros(1, 3)))
try:
    torch.ones(1).register_hook(print)
except RuntimeError as error:
    print(error)
loss = nn.functional.mse_loss(model[2](torch.relu(x[:4].new_ones(1, 4, requires_grad=True))), torch.zeros(1, 2))
step = loss.grad_fn.next_functions[0][0]
print(step.name(), [each.name() for each, _ in step.next_functions], step.next_functions[2][0].next_functions[0][0].name())
