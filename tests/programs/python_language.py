import torch
def greet(name, *rest, sep=", ", **more):
    return sep.join([name, *rest]) + str(sorted(more.items()))
print(greet("a", "b", sep="-", z=1, y=2))
squares = {n: n ** 2 for n in range(5) if n % 2}
print(squares, list(squares), squares.get(7, "none"))
a, (b, *c) = 1, [2, 3, 4]
print(a, b, c, [*c, b], (a,))
print([x if x > 1 else -x for x in range(4)], sum(i * i for i in range(4)))
print("%.3f and %5d|%-5s|" % (3.14159, 42, "ab"), "{:.2f} {}".format(2.71828, "e"))
print(f"{3.14159:8.3f}|{42:>6}|{'x':<4}|{1e-7:.2e}|{0.256:.1%}|{1234567:,}")
print(10 // 3, -7 % 3, 2 ** 10, 7 / 2, 1e3, 1_000, 0x1f)
print(True and 0 or "yes", not [], 1 < 2 < 3, 3 in [1, 2, 3], None is None)
print(sorted([3, 1, 2], reverse=True), max([1, 5, 2], key=lambda v: -v), list(zip("ab", [1, 2])))
print(list(enumerate(["p", "q"], 1)), list(map(lambda v: v + 1, [1, 2])), list(reversed([1, 2, 3])))
def counter():
    count = 0
    def step():
        nonlocal count
        count += 1
        return count
    return step
step = counter()
step()
print(step(), round(2.567, 2), abs(-3), int("12") + float("0.5"), isinstance(3, (int, float)))
def fact(n):
    return 1 if n <= 1 else n * fact(n - 1)
print(fact(20), fact(5))
s = "Hello"
print(s[1:3], s[::-1], s.upper(), s.replace("l", "L"), len(s), s.split("e"))
d = {"a": 1}
d["b"] = 2
del d["a"]
print(d, "b" in d, [(k, v) for k, v in d.items()])
x: float = 2.5
x *= 2
print(x, torch.tensor(x))
assert x == 5.0, "five"
print(type(x).__name__ if False else "ok", repr("it's"), [1.0, "a", None, True])
