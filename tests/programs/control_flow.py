import torch
x = torch.tensor(3.0, requires_grad=True)
def f(x):
    if x > 2:
        return x ** 2
    elif x > 0:
        return x * 3
    else:
        return -x
y = f(x)
y.backward()
print(y, x.grad)
n = 0
z = x
while z.item() < 100:
    z = z * 2
    n += 1
print(n, z)
for i in range(10):
    if i == 2:
        continue
    if i == 4:
        break
    print(i)
else:
    print("never")
