import torch
w = torch.tensor(10.0, requires_grad=True)
best, patience = float('inf'), 0
history = []
for epoch in range(100):
    loss = (w - 3) ** 2
    loss.backward()
    with torch.no_grad():
        w -= 0.4 * w.grad
        w.grad.zero_()
    history.append(loss.item())
    if loss.item() < best - 1e-3:
        best, patience = loss.item(), 0
    else:
        patience += 1
    if patience >= 2:
        print("stop", epoch)
        break
print(len(history), f"{w.item():.4f}", [round(h, 4) for h in history[:4]])
