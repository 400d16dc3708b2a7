import torch


def rosenbrock(p):
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


p = torch.tensor([-1.0, 1.5], dtype=torch.float64, requires_grad=True)
for k in range(6):
    value = rosenbrock(p)
    (gradient,) = torch.autograd.grad(value, p, create_graph=True)
    rows = [torch.autograd.grad(gradient[i], p, retain_graph=True)[0] for i in range(2)]
    (a, b), (c, d) = rows[0].tolist(), rows[1].tolist()
    det = a * d - b * c
    g0, g1 = gradient.tolist()
    step = torch.tensor([(d * g0 - b * g1) / det, (a * g1 - c * g0) / det], dtype=torch.float64)
    p = (p - step).detach().requires_grad_()
    print(k, f"f = {value.item():.6e}", [round(each, 6) for each in p.tolist()])
