import random
from micrograd.engine import Value
from micrograd.nn import MLP

random.seed(1337)

# two moons, a handful of points each
X = [[1.0, 0.1], [0.5, 0.9], [-0.4, 0.9], [-1.0, 0.0], [0.0, 0.4], [0.5, -0.4], [1.4, -0.5], [2.0, 0.3]]
y = [-1, -1, -1, -1, 1, 1, 1, 1]

model = MLP(2, [4, 4, 1])
print(model)
print("number of parameters", len(model.parameters()))


def loss():
    inputs = [list(map(Value, xrow)) for xrow in X]
    scores = list(map(model, inputs))
    losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(y, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    alpha = 1e-4
    reg_loss = alpha * sum((p * p for p in model.parameters()))
    total_loss = data_loss + reg_loss
    accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(y, scores)]
    return total_loss, sum(accuracy) / len(accuracy)


for k in range(5):
    total_loss, acc = loss()
    model.zero_grad()
    total_loss.backward()
    learning_rate = 1.0 - 0.9 * k / 100
    for p in model.parameters():
        p.data -= learning_rate * p.grad
    print(f"step {k} loss {total_loss.data:.6f}, accuracy {acc*100}%")
