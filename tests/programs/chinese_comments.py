# 线性模型：用梯度下降求 w 和 b
import torch

x_data = [1.0, 2.0, 3.0]
y_data = [3.0, 5.0, 7.0]

w = torch.tensor([0.0], requires_grad=True)  # 权重
b = torch.tensor([0.0], requires_grad=True)  # 偏置
学习率 = 0.05


def 前馈(x):
    """计算预测值"""
    return x * w + b


def 损失(x, y):
    y_hat = 前馈(x)
    return (y_hat - y) ** 2


print("训练前的预测：", 4, 前馈(4).item())
for epoch in range(30):
    for x, y in zip(x_data, y_data):
        l = 损失(x, y)
        l.backward()
        w.data -= 学习率 * w.grad.data
        b.data -= 学习率 * b.grad.data
        w.grad.data.zero_()
        b.grad.data.zero_()
    if epoch % 10 == 9:
        print(f"第 {epoch + 1} 轮：损失 = {l.item():.4f}，w = {w.item():.4f}，b = {b.item():.4f}")
print("训练后的预测：", 4, 前馈(4).item())
