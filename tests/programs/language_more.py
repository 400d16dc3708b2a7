import torch

values = [3, 1, 2]
first, *rest = sorted(values, reverse=True)
print(first, rest, values[::-1], [v**2 for v in values if v % 2], {v: str(v) for v in values})
print(f"{first:>5d}|{1/3:.3f}|{1234567:,}|{0.000012:e}|{'x':^5}|{True!r:>6}|{first=}")
print("%-8s|%5.1f|%03d" % ("loss", 2.25, 7), "{:>8}|{:<4}|{name}".format("a", 1, name="b"))


class Vector:
    def __init__(self, *items):
        self.items = list(items)

    @classmethod
    def zeros(cls, n):
        return cls(*[0] * n)

    @property
    def size(self):
        return len(self.items)

    @staticmethod
    def dot(a, b):
        return sum(x * y for x, y in zip(a, b))

    def __iter__(self):
        return iter(self.items)

    def __add__(self, other):
        return Vector(*(a + b for a, b in zip(self, other)))

    def __repr__(self):
        return f"Vector{tuple(self.items)}"


v = Vector(1, 2, 3)
print(v + Vector(4, 5, 6), Vector.zeros(2), v.size, Vector.dot(v, v), type(v).__name__, isinstance(v, Vector))


def apply(f, *args, times=1, **named):
    for _ in range(times):
        args = [f(a, **named) for a in args]
    return args


print(apply(lambda a, by=2: a * by, 1, 2, times=3), apply(lambda a, by: a + by, 5, by=1))
total = 0
n = 0
while True:
    n += 1
    if n % 2 == 0:
        continue
    if n > 9:
        break
    total += n
else:
    print("never")
print(total, n, ord("a"), chr(98), "abc".upper().lower().title(), "a,b".split(","), " x ".strip(), divmod(17, 5))
matrix = [[1, 2], [3, 4]]
matrix[0][1] *= 10
(a, b), c = matrix[0], matrix[1]
print(matrix, a, b, c, list(zip(*matrix)), max(matrix, key=sum), any(x > 9 for row in matrix for x in row))
x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
y = sum(row.prod() for row in x)
y.backward()
print(x.grad)
