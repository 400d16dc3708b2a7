import torch
from itertools import product, islice, count, chain, accumulate, combinations, zip_longest, cycle
from functools import reduce, lru_cache, partial
from collections import defaultdict, Counter, OrderedDict, deque, namedtuple
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
print(list(islice(fib(), 10)))
def evens(n):
    for i in range(n):
        if i % 2:
            continue
        yield i
print(sum(evens(10)), list(evens(5)), [x for x in evens(7)])
def both():
    yield from evens(3)
    yield from 'ab'
    return
print(list(both()), dict(enumerate(both())))
g = evens(3)
print(next(g), next(g), next(g, 'done'))
try:
    next(g)
except StopIteration:
    print('stop')
def tree(n):
    if n > 0:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)
print(list(tree(3)))
class Loader:
    def __init__(self, n): self.n = n
    def __iter__(self):
        for i in range(self.n):
            yield torch.full((2,), float(i)), i
    def __len__(self): return self.n
for x, y in Loader(2):
    print(x, y)
class Count:
    def __init__(self): self.i = 0
    def __iter__(self): return self
    def __next__(self):
        self.i += 1
        if self.i > 3:
            raise StopIteration
        return self.i
print(list(Count()), [a for a in Count()])
print(list(product([1, 2], 'ab')), list(product([0, 1], repeat=2)))
print(list(chain([1], [2, 3])), list(accumulate([1, 2, 3])), list(combinations([1, 2, 3], 2)), list(zip_longest([1, 2], [3])))
print(reduce(lambda a, b: a * b, [1, 2, 3, 4]), reduce(lambda a, b: a + b, [], 0))
d = defaultdict(list)
d['a'].append(1); d['b'].append(2); d['a'].append(3)
print(dict(d), d['c'], len(d))
n = defaultdict(int)
for ch in 'hello': n[ch] += 1
print(n, sorted(n.items()))
c = Counter('hello world')
print(c.most_common(2), c['l'], c['z'], c)
o = OrderedDict([('w', 1), ('b', 2)])
print(o, list(o.keys()), o.keys(), o.values(), o.items())
q = deque(maxlen=3)
for i in range(5): q.append(i)
print(q, len(q), q[0], q.popleft(), list(q))
Point = namedtuple('Point', ['x', 'y'])
p = Point(1, y=2)
print(p, p.x, p[1], *p)
x, y = p
print(x, y)
@lru_cache(None)
def fact(n): return 1 if n < 2 else n * fact(n - 1)
print(fact(10))
def batches(X, n):
    for i in range(0, len(X), n):
        yield X[i:i+n]
w = torch.tensor(1.0, requires_grad=True)
for b in batches(torch.arange(6.0), 2):
    loss = (w * b).sum()
    loss.backward()
    print(w.grad)
