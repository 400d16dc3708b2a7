import torch

a = torch.ones(2, 3)
b = torch.ones(2, 3)
try:
    a @ b
except RuntimeError as e:
    print("shapes do not fit, so transpose:", (a @ b.T).shape)

w = torch.tensor(2.0, requires_grad=True)
y = w * w
y.backward()
try:
    y.backward()
except RuntimeError:
    print("the graph is gone")
else:
    print("the graph is still there")
finally:
    print("w.grad =", w.grad)


def safe_divide(p, q):
    try:
        return p / q
    except ZeroDivisionError as error:
        print("caught:", error)
        return float("nan")


print(safe_divide(1, 0), safe_divide(1, 4))


class Diverged(Exception):
    pass


def train(lr):
    w = torch.tensor(1.0, requires_grad=True)
    for step in range(20):
        loss = (10 * w) ** 2
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
        w.grad = None
        if loss.item() > 1e4:
            raise Diverged(f"step {step}: loss {loss.item():.1f}")
    return loss.item()


for lr in (0.001, 0.02):
    try:
        print(lr, f"{train(lr):.6f}")
    except Diverged as why:
        print(lr, "diverged at", why)
