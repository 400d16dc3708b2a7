import torch
x = torch.tensor([[0.001, 1000.0]], requires_grad=True)
print(x, x.grad)
print("a", 1, None, [x.detach(), 2], {"t": torch.tensor(1)}, sep=" | ", end="!\n")
print()
print([torch.tensor(1.0), torch.tensor([2.0])], (torch.tensor(3),))
print(f"{torch.tensor(0.12345):.3f} {torch.tensor(7)} {torch.tensor([1.0])}")
print("loss: %.4f, n: %d" % (torch.tensor(0.5).item(), 3))
print(str(torch.tensor(2.0)) + "!", torch.tensor([1.0, 2.0]).tolist())
