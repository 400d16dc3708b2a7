import torch
x = torch.tensor([3.0], requires_grad=True)
i = 0
while (loss := (x - 1) ** 2) > 0.01 and i < 50:
    loss.backward()
    with torch.no_grad():
        x -= 0.1 * x.grad
        x.grad = None
    i += 1
print(i, x)
print(f"{x.item():>10.3f}|{i:03d}|{'yes' if i > 3 else 'no':^7}|{1e-5:.1e}|{1234567:,}|{0.256:.1%}")
print("-" * 20, sep="")
a, *rest, z = range(5)
print(a, rest, z)
d = {k: v for k, v in zip("abc", range(3)) if v}
print(d, {**d, "z": 1}, d | {"q": 2}, list(map(str, d.values())), any(v > 1 for v in d.values()))
print([[i * j for j in range(3)] for i in range(3)], sum([[1], [2]], []), max(d, key=d.get), sorted(d.items(), key=lambda t: -t[1]))
print("a,b".split(","), " x ".strip(), "abc"[::-1], "abc".upper(), "%s %5.2f" % ("a", 1.234), "{:>5}".format(3), "ab" "cd", "x" in "xyz", 'loss'.ljust(8) + '|')
assert isinstance(x, torch.Tensor) and not isinstance(x, int), "no"
print(type(1.0), type("a"), type([]), type(x), type(None), type(print) is not None)
print(round(2.567, 2), divmod(7, 2), 7 // 2, -7 // 2, 2 ** 10, 7 % 3, abs(-3), 10 / 4, int(3.9), float("1.5"), bool([]), 1e3, 5e-324 > 0)
lst = [3, 1, 2]; lst.sort(reverse=True); print(lst, lst.index(1), lst.count(3), lst[-1], lst[:2]); del lst[0]; print(lst)
print({1, 2} & {2, 3}, {1} | {2}, len({1, 1}), tuple([1, 2]) + (3,), (1,) * 3, [1, 2] * 2, not [], None is None)
print(*[1, 2, 3], sep=", ", end="!\n")
try:
    raise ValueError("bad lr")
except ValueError as e:
    print("caught", e)
finally:
    print("done")
for k in range(3):
    if k == 5: break
else:
    print("no break")
