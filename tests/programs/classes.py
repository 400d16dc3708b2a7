import torch
class Layer:
    count = 0
    def __init__(self, w):
        self.w = torch.tensor(w, requires_grad=True)
        Layer.count += 1
    def __call__(self, x):
        return self.w * x
    def __repr__(self):
        return f"Layer(w={self.w.item()})"
class Scaled(Layer):
    def __init__(self, w, s):
        super().__init__(w)
        self.s = s
    def __call__(self, x):
        return super().__call__(x) * self.s
    @property
    def size(self):
        return self.s
    @staticmethod
    def twice(v):
        return 2 * v
layers = [Layer(1.0), Scaled(2.0, 3)]
x = torch.tensor(1.5)
for l in layers:
    x = l(x)
x.backward()
print(layers, Layer.count, layers[1].size, Scaled.twice(4), isinstance(layers[1], Layer))
print([l.w.grad for l in layers], x)
