import torch
w = torch.tensor(5.0, requires_grad=True)
m, v, beta1, beta2, lr, eps = 0.0, 0.0, 0.9, 0.999, 0.1, 1e-8
for t in range(1, 11):
    loss = (w - 2) ** 2
    loss.backward()
    g = w.grad.item()
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g ** 2
    m_hat = m / (1 - beta1 ** t)
    v_hat = v / (1 - beta2 ** t)
    w.data -= lr * m_hat / (v_hat ** 0.5 + eps)
    w.grad.zero_()
    print(t, f"{w.item():.5f}")
