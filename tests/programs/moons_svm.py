from micrograd.engine import Value
import random
random.seed(1337)
xs = [[1.0, 2.0], [-1.0, 0.5], [0.3, -1.0], [2.0, 0.1]]
ys = [1, -1, -1, 1]
w = [Value(random.uniform(-1, 1)) for _ in range(2)]
b = Value(0)
for k in range(3):
    scores = [sum((wi * xi for wi, xi in zip(w, x)), b) for x in xs]
    losses = [(1 + -yi * si).relu() for yi, si in zip(ys, scores)]
    loss = sum(losses) * (1.0 / len(losses))
    for p in w + [b]:
        p.grad = 0
    loss.backward()
    for p in w + [b]:
        p.data -= 0.1 * p.grad
    accuracy = [(yi > 0) == (si.data > 0) for yi, si in zip(ys, scores)]
    print(f"step {k} loss {loss.data:.6f}, accuracy {sum(accuracy) / len(accuracy) * 100}%")
print(w[0].data, b.data)
