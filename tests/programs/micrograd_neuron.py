from micrograd.engine import Value
x1, x2 = Value(2.0), Value(0.0)
w1, w2 = Value(-3.0), Value(1.0)
b = Value(6.8813735870195432)
n = x1 * w1 + x2 * w2 + b
o = n.relu()
o.backward()
for v in [x1, x2, w1, w2, b, n, o]:
    print(v)
for step in range(3):
    y = (w1 * 2 + b) ** 2
    w1.grad = 0
    b.grad = 0
    y.backward()
    w1.data -= 0.01 * w1.grad
    b.data -= 0.01 * b.grad
    print(step, y.data, w1.data, b.data)
