import torch

torch.manual_seed(4)
gru = torch.nn.GRU(input_size=2, hidden_size=3, batch_first=True)
x = torch.randn(2, 5, 2)
output, h_n = gru(x)
print(output.shape, h_n.shape)
print(torch.allclose(output[:, -1], h_n[0]))
h_n.pow(2).sum().backward()
for name, p in gru.named_parameters():
    print(name, tuple(p.shape), f"{p.grad.abs().sum():.4f}")
