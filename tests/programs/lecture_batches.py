import torch
xy = [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, 8.0], [5.0, 10.0]]
w = torch.tensor(0.0, requires_grad=True)
size = 2
for epoch in range(3):
    for start in range(0, len(xy), size):
        batch = xy[start:start + size]
        loss = 0
        for x, y in batch:
            loss = loss + (x * w - y) ** 2
        loss = loss / len(batch)
        loss.backward()
        print(f"Epoch: {epoch}, Batch: {start // size}, Loss: {loss.item():.4f}")
        with torch.no_grad():
            w -= 0.01 * w.grad
        w.grad = None
print(w)
