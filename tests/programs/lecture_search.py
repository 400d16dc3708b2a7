import math
import torch
x_data = [1.0, 2.0, 3.0]
y_data = [2.0, 4.0, 6.0]
w_list, mse_list = [], []
w = 0.0
while w < 4.05:
    total = 0
    for x, y in zip(x_data, y_data):
        total += (x * w - y) ** 2
    w_list.append(w)
    mse_list.append(total / 3)
    w += 0.1
best = min(range(len(w_list)), key=lambda i: mse_list[i])
print(f"best w = {w_list[best]:.1f}, mse = {mse_list[best]:.2e}")
print(len(w_list), max(mse_list))
t = torch.tensor(w_list[best], requires_grad=True)
(t * 3).backward()
print(t.grad)
